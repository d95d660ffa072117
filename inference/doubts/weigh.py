"""What doubts do to an answer: which of its quotes stand, and why none does. Knows doubts, not rules or models.

A decisive doubt takes a quote away from an answer. A weak one is left to whoever can judge; where nobody can, an
answer none of whose quotes is free of doubts is unclear.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.types import Doubt, Evidence


@dataclass(frozen=True)
class DoubtedQuote:
    """A quote and what rules hold against it, often nothing."""

    evidence: Evidence
    doubts: tuple[Doubt, ...]


def standing(quotes: Sequence[DoubtedQuote]) -> tuple[DoubtedQuote, ...]:
    """The quotes against which there is nothing decisive."""
    return tuple(quote for quote in quotes if not any(doubt.is_decisive for doubt in quote.doubts))


def undoubted(quotes: Sequence[DoubtedQuote]) -> tuple[DoubtedQuote, ...]:
    """The quotes against which there is nothing at all."""
    return tuple(quote for quote in quotes if not quote.doubts)


def reason_of(quotes: Sequence[DoubtedQuote]) -> str:
    """Why none of these quotes carries the answer, each reason once."""
    return " ".join(dict.fromkeys(doubt.sentence for quote in quotes for doubt in quote.doubts))
