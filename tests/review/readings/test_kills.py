"""kill -9 of workers that read, and of those that ask: nothing is asked twice and no answer is lost.

The trained stand-in has four agreements and fifty questions, and every answer is right in the end.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from review import engine
from review.accounts.models import User
from review.documents.models import Bundle
from review.findings.models import Finding
from review.findings.tasks import read_case_task
from review.jobs.dispatching import reap
from review.jobs.models import Job, JobKind, JobState
from review.matters.models import Matter
from review.readings.figures import figures_of_run
from review.readings.models import CaseAnswer, CasePart, CaseRun, KeptReading, PartState
from review.readings.reading_folders import folder_of
from review.readings.selectors import run_view
from review.readings.services import start_run
from tests.agreements import Room, add_columns
from tests.cast import as_job, as_person, deliver
from tests.readers import stand_in_reader

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120  # seconds for a busy machine
ASKS = re.compile(r"part ([0-9a-f-]+) asks (.+)")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room.written(tmp_path / "agreements")


@pytest.fixture
def run(matter: Matter, bundle: Bundle, ada: User, room: Room) -> CaseRun:
    """Fifty columns, over a case file that the stand-in reads in a hundred small steps."""
    for document in room.agreements.case_file.documents:
        deliver(bundle, ada, name=f"{document.id}.txt".capitalize(), content=document.content)
    profile = stand_in_reader(ada, chunk=16, side_by_side=2)
    columns = add_columns(ada, room.names)
    with as_person(ada):
        return start_run(Matter.objects.select_related("client").get(pk=matter.pk), profile, columns, by=ada)


class Worker:
    """A process that has the job, and what it says it asks."""

    def __init__(self, job_id: UUID, log: Path) -> None:
        self.log = log
        environment = {**os.environ, "LOG_LEVEL": "INFO", "OMP_NUM_THREADS": "1"}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.review.readings.worker", str(job_id)],
                cwd=ROOT,
                env=environment,
                stderr=out,
            )

    def kill_when(self, is_time: Callable[[], bool]) -> None:
        """kill -9 as soon as it is time, which must come before the worker is done."""
        until = time.monotonic() + PATIENCE
        while not is_time():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.01)
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait(10) == -signal.SIGKILL

    def asked(self) -> list[str]:
        """The ids of the columns it was going to ask, in its own words."""
        return [key for said in ASKS.findall(self.log.read_text()) for key in said[1].split()]


@contextmanager
def worker(run: CaseRun, log: Path) -> Iterator[Worker]:
    with as_job(run):
        job = Job.objects.get(kind=JobKind.READ_CASE, matter_id=run.matter_id)
    working = Worker(job.pk, log)
    try:
        yield working
    finally:
        if working.process.poll() is None:
            working.process.kill()
            working.process.wait()


def the_part(run: CaseRun) -> CasePart:
    with as_job(run):
        return CasePart.objects.get(run=run)


def answered(run: CaseRun) -> list[str]:
    with as_job(run):
        return [str(key) for key in CaseAnswer.objects.values_list("question_id", flat=True)]


def answers_by_column(run: CaseRun) -> dict[str, Any]:
    with as_job(run):
        return {str(key): answer for key, answer in CaseAnswer.objects.values_list("question_id", "pk")}


def saved_of(run: CaseRun) -> int:
    """How many tokens of its case file lie on the disk."""
    return sum(saved.done or 0 for saved in engine.saved_cases(folder_of(run.organization_id, run.matter_id)))


def the_lease_ends(run: CaseRun) -> None:
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET lease_until = now() - interval '1 second' WHERE matter_id = %s"
            " AND state = 'leased'",
            [run.matter_id],
        )
        assert cursor.rowcount == 1
    assert reap() >= 1


def finish(run: CaseRun, log: Path) -> list[str]:
    with worker(run, log) as next_one:
        assert next_one.process.wait(PATIENCE) == 0, log.read_text()
        return next_one.asked()


def test_killed_while_it_reads_the_next_one_goes_on_from_the_last_whole_chunk_and_asks_each_column_once(
    run: CaseRun, room: Room, tmp_path: Path
) -> None:
    with worker(run, tmp_path / "first.log") as first:
        first.kill_when(lambda: saved_of(run) > 0)
        assert first.asked() == []
    stopped = the_part(run)
    assert stopped.state == PartState.READING
    assert stopped.unpaid_seconds == stopped.prefill_seconds > 0  # told as it read, so that it is in the cost
    saved = saved_of(run)
    assert 0 < saved < stopped.tokens
    the_lease_ends(run)
    with as_job(run):
        assert "The worker stopped while it had this case file" in run_view(run).cause

    asked = finish(run, tmp_path / "second.log")
    assert sorted(asked) == sorted(run.question_ids)
    assert sorted(answered(run)) == sorted(run.question_ids)
    part = the_part(run)
    assert (part.state, part.tokens_read) == (PartState.DONE, stopped.tokens)
    assert part.tokens_restored <= saved  # not what the first one had told that it read
    assert part.restore_seconds > 0
    assert part.prefill_seconds > stopped.prefill_seconds
    with as_job(run):
        assert all(map(room.is_answered_by, CaseAnswer.objects.select_related("question")))
        assert KeptReading.objects.get().is_saved
        took = figures_of_run(run.pk)
    assert took.unpaid_seconds == 0
    assert took.prefill_seconds == pytest.approx(part.prefill_seconds + part.restore_seconds)


def test_killed_twice_while_it_asks_what_was_answered_stays_and_only_the_rest_is_asked(
    run: CaseRun, room: Room, tmp_path: Path
) -> None:
    stored: list[dict[str, Any]] = []
    asked: list[list[str]] = []
    for number, enough in enumerate((10, 30)):
        with worker(run, tmp_path / f"{number}.log") as killed:
            killed.kill_when(lambda least=enough: len(answered(run)) >= least)
            asked.append(killed.asked())
        stored.append(answers_by_column(run))
        the_lease_ends(run)
    asked.append(finish(run, tmp_path / "last.log"))

    ids = set(run.question_ids)
    assert 10 <= len(stored[0]) < len(stored[1]) < len(ids)
    assert [sorted(each) for each in asked] == [
        sorted(ids),
        sorted(ids - set(stored[0])),
        sorted(ids - set(stored[1])),
    ]
    last = answers_by_column(run)
    assert sorted(answered(run)) == sorted(ids)  # each once
    assert all(last[key] == answer for kept in stored for key, answer in kept.items())  # the very same rows
    with as_job(run):
        view = run_view(run)
        assert (view.state, view.answered, view.reused) == (PartState.DONE, len(ids), 0)
        part = the_part(run)
        assert part.tokens_read == part.tokens
        assert (part.tokens_restored, part.restore_seconds > 0) == (
            0,
            True,
        )  # what the first had read came back
        assert Finding.objects.count() == len(ids) * len(room.files)
        assert Job.objects.get(kind=JobKind.READ_CASE).state == JobState.DONE
        assert all(map(room.is_answered_by, CaseAnswer.objects.select_related("question")))
    print(
        f"{', '.join(str(len(kept)) for kept in stored)} of {len(ids)} answers were stored when workers were killed"
    )


def test_a_worker_whose_lease_ended_while_it_asked_stores_nothing_more(
    run: CaseRun, room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Played step by step: a frozen process may hold a row that the next worker waits for."""
    with as_job(run):
        job_id = str(Job.objects.get(kind=JobKind.READ_CASE).pk)
    ask = engine.ask_case

    def overtaken(*given: Any) -> Any:
        for number, answer in enumerate(ask(*given)):
            if number == 3:
                monkeypatch.setattr(engine, "ask_case", ask)
                the_lease_ends(run)
                read_case_task(job_id)  # the next worker, to the end
            yield answer

    monkeypatch.setattr(engine, "ask_case", overtaken)
    with caplog.at_level("INFO"):
        read_case_task(job_id)
    slow, quick = (set(said[1].split()) for said in ASKS.findall(caplog.text))
    assert (len(slow), len(quick)) == (len(run.question_ids), len(run.question_ids) - 3)
    assert sorted(answered(run)) == sorted(run.question_ids)
    assert "another worker has it now; nothing was written" in caplog.text
    with as_job(run):
        assert Finding.objects.count() == len(run.question_ids) * len(room.files)
    engine.close_whole_reader()
