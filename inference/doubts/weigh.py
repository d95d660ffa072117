"""What doubts do to an answer: which of its quotes stand, and why none does. Knows doubts, not rules or models.

A decisive doubt takes a quote away from an answer. A weak one is left to whoever can judge; where nobody can, an
answer none of whose quotes is free of doubts is unclear.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.types import CaseState, Doubt, Evidence


@dataclass(frozen=True)
class DoubtedQuote:
    """A quote and what rules hold against it, often nothing."""

    evidence: Evidence
    doubts: tuple[Doubt, ...]


def standing(quotes: Sequence[DoubtedQuote]) -> tuple[DoubtedQuote, ...]:
    """The quotes against which there is nothing decisive."""
    return tuple(quote for quote in quotes if not any(doubt.is_decisive for doubt in quote.doubts))


@dataclass(frozen=True)
class Weighed:
    """What is left of an answer that says found: its state, the quotes it keeps, and why it is no longer found."""

    state: CaseState
    quotes: tuple[DoubtedQuote, ...]
    reason: str = ""


def weighed(quotes: Sequence[DoubtedQuote], can_judge: bool) -> Weighed:
    """Weigh the doubts about an answer's quotes; `can_judge` says whether somebody will judge what stands."""
    left = standing(quotes)
    if not left:
        return Weighed("unsupported", tuple(quotes), _reason(quotes))
    if can_judge or not all(quote.doubts for quote in left):
        return Weighed("found", left)
    return Weighed("unclear", left, _reason(left))


def _reason(quotes: Sequence[DoubtedQuote]) -> str:
    """Each reason against these quotes, once."""
    return " ".join(dict.fromkeys(doubt.sentence for quote in quotes for doubt in quote.doubts))
