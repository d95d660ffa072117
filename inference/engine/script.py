"""An answer as a small script: steps of forced and of chosen words. Knows words and passages, not tokens or tensors."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

STATES = ("found", "not found", "unclear")
MOST_QUOTES = 4
NOWHERE = "0"  # no passage has this number: what is quoted from there fails its check
UNFINISHED = "The reader could not finish this answer."

R = TypeVar("R")


class ConstraintFailed(Exception):
    """The rules of a step came to their limits; the message holds no words of a document."""


@dataclass(frozen=True)
class Say:
    """Words that stand in every answer; they cost no decode step."""

    text: str


@dataclass(frozen=True)
class Choose:
    """One of the given words, closed by the end mark."""

    options: tuple[str, ...]


@dataclass(frozen=True)
class Quote:
    """A contiguous range of one document of the case file, closed by the end mark."""


@dataclass(frozen=True)
class Words:
    """At most so many tokens of free words without marks, closed by the end mark."""

    most: int


Step = Say | Choose | Quote | Words


@dataclass(frozen=True)
class Written:
    """What a step wrote, without its end mark.

    `chance` is the geometric mean of the probabilities the model gave the tokens it was free to choose, 1 where
    nothing was free. `shares` is the probability of each option of a choice at its first token, adding up to 1;
    empty where two options begin with the same token.
    """

    text: str
    chance: float = 1.0
    shares: tuple[float, ...] = ()


Script = Generator[Step, Written, R]


@dataclass(frozen=True)
class DraftQuote:
    """Words of the case file and the passage in which the model says they begin."""

    text: str
    passage: int
    chance: float


@dataclass(frozen=True)
class Draft:
    """What the model wrote of one answer, before anything was checked."""

    state: str
    quotes: tuple[DraftQuote, ...] = ()
    reason: str = ""
    against: str = ""


def answer_script(passages_of: Callable[[str], Sequence[int]], reason_tokens: int) -> Script[Draft]:
    """State, quotes with the passage of each, reason, and the case against; `passages_of` says where words begin.

    The question part has already opened the first mark. An answer that cannot be finished is unclear; one that lacks
    only its reasons goes without them.
    """
    try:
        state = (yield Choose(STATES)).text
        quotes = (yield from _quotes(passages_of)) if state == "found" else ()
    except ConstraintFailed:
        return Draft("unclear", reason=UNFINISHED)
    try:
        reason, against = (yield from _reasons(reason_tokens)) if reason_tokens else ("", "")
    except ConstraintFailed:
        return Draft(state, quotes)
    return Draft(state, quotes, reason, against)


def _reasons(most: int) -> Script[tuple[str, str]]:
    yield Say("\nReason: ⟦")
    reason = yield Words(most)
    yield Say("\nAgainst: ⟦")
    against = yield Words(most)
    return reason.text, against.text


def _quotes(passages_of: Callable[[str], Sequence[int]]) -> Script[tuple[DraftQuote, ...]]:
    quotes: list[DraftQuote] = []
    for number in range(1, MOST_QUOTES + 1):
        yield Say("\nQuote: ⟦")
        words = yield Quote()
        yield Say("\nAt: ⟦")
        at = yield Choose(tuple(str(passage) for passage in passages_of(words.text)) or (NOWHERE,))
        quotes.append(DraftQuote(words.text, int(at.text), words.chance))
        if number == MOST_QUOTES:
            break
        yield Say("\nMore: ⟦")
        if (yield Choose(("yes", "no"))).text == "no":
            break
    return tuple(quotes)
