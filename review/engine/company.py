"""Who comes and goes while a case file is asked, in plain values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .questions import Asked, to_ask


@dataclass(frozen=True, slots=True)
class Joining:
    """Questions that come in, with ids that nobody else's have; urgent ones go before all that has not begun."""

    questions: tuple[Asked, ...]
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What has changed since the last look, which comes after every turn of the model.

    Those that came in with a question whose id is `leaving` begin no further one; nor does anybody once it `is_enough`.
    """

    joining: tuple[Joining, ...] = ()
    leaving: frozenset[str] = frozenset()
    is_enough: bool = False


def nothing_new() -> News:
    """Nobody comes, nobody goes."""
    return News()


def as_told(news: Callable[[], News]) -> Callable[[], Any]:
    """The same as `inference` hears it."""
    from inference.engine import gathering

    def told() -> Any:
        new = news()
        joining = (
            gathering.Joining(tuple(map(to_ask, each.questions)), each.is_urgent) for each in new.joining
        )
        return gathering.News(tuple(joining), new.leaving, new.is_enough)

    return told
