"""Askings of one reading that come together while it is asked. Knows no tensors and no words.

Each is answered as if it were alone: it has the days of its own questions, and shares with the others the turns of the
model and what reading the case file took.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

from inference.types import CaseAnswer, Question

from .batch import Among, Answers, Ending, Request
from .decode import Finished


@dataclass(frozen=True)
class Joining:
    """Questions that come in while others are asked; urgent ones go before all that has not begun."""

    questions: tuple[Question, ...]
    is_urgent: bool = False


@dataclass(frozen=True)
class News:
    """What has changed since the last look, which comes after every turn.

    Askings of which any question's id is `leaving` begin no further question, nor does anybody once it `is_enough`;
    what has begun comes to its end. Saying so again changes nothing.
    """

    joining: tuple[Joining, ...] = ()
    leaving: frozenset[str] = frozenset()
    is_enough: bool = False


NOTHING_NEW = News()
Begin = Callable[[Sequence[Question], Among[Request]], Answers[Request]]


def nothing_new() -> News:
    """Nobody comes, nobody goes."""
    return NOTHING_NEW


class Gathering(Generic[Request]):
    """Several askings with one queue, `waiting`; `look` takes in what is new, `take` what the model wrote."""

    def __init__(
        self, begin: Begin[Request], questions: Sequence[Question], news: Callable[[], News]
    ) -> None:
        self.waiting: deque[Request] = deque()
        self._begin, self._news = begin, news
        self._askings = [begin(questions, Among(waiting=self.waiting))]
        self._gone: frozenset[str] = frozenset()

    def look(self) -> None:
        """Let in who joins, and let nobody begin who is to leave. Raises ValueError for an id that is asked already."""
        news = self._news()
        for joining in news.joining:
            self._join(joining)
        self._gone |= news.leaving
        for asking in self._askings:
            if news.is_enough or not self._gone.isdisjoint(asking.ids):
                asking.begin_no_more()

    def take(self, finished: Finished[Ending]) -> Iterator[CaseAnswer]:
        """Put in what one script came to; gives the answers that lack nothing any more."""
        return next(asking for asking in self._askings if asking.knows(finished.key)).take(finished)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The ids of the questions that have no answer."""
        return tuple(key for asking in self._askings for key in asking.unanswered)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Those of them that somebody still wants."""
        askings = (each for each in self._askings if self._gone.isdisjoint(each.ids))
        return tuple(key for asking in askings for key in asking.unanswered)

    def _join(self, joining: Joining) -> None:
        known = {key for asking in self._askings for key in asking.ids}
        if any(question.id in known for question in joining.questions):
            raise ValueError("A question that joins carries the id of one that is there.")
        among = Among(
            prefix=f"{len(self._askings)} ",
            waiting=self.waiting,
            others=len(self.unanswered),
            is_urgent=joining.is_urgent,
        )
        self._askings.append(self._begin(joining.questions, among))
