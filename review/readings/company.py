"""The parts that one process asks side by side: the one it was given, and those that join it meanwhile.

All are of one matter, one case file and one reader. Each has its own job, and ends by itself. Knows no reader.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from review import engine
from review.jobs.errors import LeaseLost
from review.jobs.services import Claimed
from review.jobs.work import Heartbeat

from .giving_way import EVERY, Turn


@dataclass(slots=True)
class Asking:
    """One part's questions, by the ids that they are asked with, and what becomes of it.

    `store` keeps an answer, and says no where that is forbidden by now; `end` comes when all is answered. Both raise
    LeaseLost. `put_back` leaves the part to whoever comes next.
    """

    job: Claimed
    questions: dict[str, engine.Asked]
    is_urgent: bool
    store: Callable[[engine.CaseAnswered], bool]
    is_unwanted: Callable[[], bool]
    end: Callable[[], None]
    put_back: Callable[[bool], None]  # told whether it was to make room
    open: set[str] = field(default_factory=set)
    is_gone: bool = False  # cancelled, or with another worker

    def __post_init__(self) -> None:
        self.open = set(self.questions)

    @property
    def goes_on(self) -> bool:
        return bool(self.open) and not self.is_gone

    @property
    def to_ask(self) -> tuple[engine.Asked, ...]:
        return tuple(self.questions.values())

    def take(self, answer: engine.CaseAnswered) -> bool:
        """Store an answer, and end with the last; False where that is forbidden."""
        try:
            if not self.store(answer):
                return False
            self.open.discard(answer.question_id)
            if not self.open:
                self.end()
        except LeaseLost:
            self.is_gone = True
        return True


class Company:
    """Who is asked together. `due` names jobs that may join, `admit` takes one in hand, or None if it cannot be had."""

    def __init__(
        self,
        host: Asking,
        turn: Turn,
        due: Callable[[], list[UUID]],
        admit: Callable[[UUID], Asking | None],
    ) -> None:
        self.host, self.answered = host, 0
        self._turn, self._due, self._admit = turn, due, admit
        self._parts = [host]
        self._heartbeats = ExitStack()  # of those that joined: the first has one already
        self._looked = -EVERY  # who waits already joins at once

    @contextmanager
    def together(self) -> Iterator[None]:
        """Ask inside; however that ends, whoever joined and has not ended is left to others."""
        gave_way = False
        try:
            yield
        except (engine.CalledOff, engine.GaveWay) as why:
            gave_way = isinstance(why, engine.GaveWay)
            if self.host.open:
                raise
        finally:
            self._heartbeats.close()
            for part in self._parts[1:]:
                if part.goes_on:
                    part.put_back(gave_way)
        if self.host.is_gone:
            raise LeaseLost

    def is_deserted(self) -> bool:
        """Whether nobody wants anything of it any more."""
        return not self._going_on()

    def take(self, answer: engine.CaseAnswered) -> bool:
        """Store an answer under its own part; False where that is forbidden by now."""
        part = next(each for each in self._parts if answer.question_id in each.questions)
        self.answered += 1
        return part.is_gone or part.take(answer)

    def news(self) -> engine.News:
        """Who left, whether it is enough, else who joins: what the asking wants to know after every turn."""
        going_on = self._going_on()
        leaving = frozenset(key for part in self._parts if part.is_gone for key in part.open)
        joining = () if self._turn.is_over else self._let_in()
        if joining or not going_on:
            told = tuple(engine.Joining(part.to_ask, part.is_urgent) for part in joining)
            return engine.News(told, leaving)
        return engine.News(leaving=leaving, is_enough=self._turn.should_end(going_on[0].job, self._due))

    def _going_on(self) -> list[Asking]:
        for part in self._parts:
            part.is_gone = part.is_gone or (bool(part.open) and part.is_unwanted())
        return [part for part in self._parts if part.goes_on]

    def _let_in(self) -> tuple[Asking, ...]:
        if time.monotonic() - self._looked < EVERY:
            return ()
        self._looked = time.monotonic()
        before = len(self._parts)
        for job_id in self._due():
            part = self._admit(job_id)
            if part is not None:  # known at once: whoever fails to be let in after it must not strand it
                self._parts.append(part)
                self._heartbeats.enter_context(Heartbeat(part.job))
        return tuple(self._parts[before:])
