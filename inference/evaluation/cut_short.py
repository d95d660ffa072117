"""Marked answers cut so that what turns them round is left out: quotes that are exact and mislead. Knows offsets.

A cut begins right after a denial ("shall not «assign ...»"), which misleads unless a limit was asked for, or ends
right before an exception ("may assign» except to a competitor").
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from inference.doubts.asked import asked
from inference.doubts.parties import Parties
from inference.types import Doubt, Evidence, Question

_DENIAL = re.compile(r"\b(?:shall|may|will|must|does|is|are) not\s+", re.IGNORECASE)
_EXCEPTION = re.compile(
    r",?\s+(?:except|unless|provided,? (?:that|however)|but not|other than|excluding|save (?:that|for|as))\b",
    re.IGNORECASE,
)
_SHORTEST = 20  # code points that a cut leaves

Examine = Callable[[Question, Evidence], Sequence[Doubt]]


@dataclass(frozen=True)
class CutShort:
    """Of so many cuts, how many are taken away by rules, and how many are unclear where nobody can judge."""

    cuts: int
    decisive: int
    weak: int


def cut_short(marked: Sequence[tuple[Question, Evidence]], examine: Examine) -> dict[str, CutShort]:
    """What rules make of every marked answer that can be cut, after its denial and before its exception."""
    found: dict[str, list[Sequence[Doubt]]] = {"after a denial": [], "before an exception": []}
    for question, quote in marked:
        for name, cut in _cuts(question, quote):
            found[name].append(examine(question, cut))
    return {name: _counted(doubts) for name, doubts in found.items()}


def _cuts(question: Question, quote: Evidence) -> Iterator[tuple[str, Evidence]]:
    denial, exception = _DENIAL.search(quote.quote), _EXCEPTION.search(quote.quote)
    misleads = asked(question, Parties(())).wanted != "limit"
    if denial and misleads and len(quote.quote) - denial.end() > _SHORTEST:
        words = quote.quote[denial.end() :]
        yield "after a denial", replace(quote, start=quote.start + denial.end(), quote=words)
    if exception and exception.start() > _SHORTEST:
        words = quote.quote[: exception.start()]
        yield "before an exception", replace(quote, end=quote.start + exception.start(), quote=words)


def _counted(found: Sequence[Sequence[Doubt]]) -> CutShort:
    decisive = sum(any(doubt.is_decisive for doubt in doubts) for doubts in found)
    return CutShort(len(found), decisive, sum(map(bool, found)) - decisive)
