"""Turns that a service tells by time, told by order: one worker, and the dispatcher that says what comes next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import override_settings

from review.asking.tasks import inquire_task
from review.findings.tasks import read_case_task
from review.jobs.dispatching import due_hints
from review.readings import company, giving_way, outcomes, work_in_hand
from tests.workers import leave_nothing_due

TASKS_BY_NAME = {task.name: task for task in (read_case_task, inquire_task)}


class NoTime:
    """A clock that stands still: every turn has lasted long enough as soon as it has brought anything new."""

    def monotonic(self) -> float:
        return 0.0


@contextmanager
def told_by_order(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No look waits for the clock, and nobody for a free worker."""
    leave_nothing_due()
    for place in (work_in_hand, company, giving_way):
        monkeypatch.setattr(place, "EVERY", 0.0)
    monkeypatch.setattr(giving_way, "PATIENCE", 0.0)
    monkeypatch.setattr(giving_way, "time", NoTime())
    monkeypatch.setattr(outcomes, "AWAY", 0)
    with override_settings(READER_TURN_SECONDS=0):
        yield


@dataclass
class Worker:
    """The only process there is, told by the dispatcher what comes next; `turns` says whose turn each was."""

    turns: list[Any] = field(default_factory=list)
    between: Callable[[], None] = lambda: None

    def work_off(self, *, at_most: int = 100) -> None:
        while hints := [hint for hint in due_hints(at_most=1) if hint[2] == "reader"]:
            assert len(self.turns) < at_most, "They only make room for each other."
            ((job_id, task, _),) = hints
            self.turns.append(job_id)
            TASKS_BY_NAME[task](str(job_id))
            self.between()
