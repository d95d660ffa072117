"""A question on its way to an answer, and the sittings in which it is asked. Knows ranges and parts, not readers."""

from dataclasses import dataclass, field

import numpy as np

from inference.types import Evidence, Question, ReadRange

from .reading import BeyondReading
from .search import Search
from .sheet import Sheet
from .together import Part

_AS_LIKE = 0.65  # a passage scored that near to the best quoted one sends the question to its family too


@dataclass
class SoFar:
    """How far a question is: what was read for it, and what was answered about parts of the matter.

    `looked` are the rounds whose passages it was asked of; `families` those it is still to be asked of again, None
    until it was found. It holds words of documents, is of one case file and one reader, and lets whoever stopped go on.
    """

    question: Question
    read: list[ReadRange] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    rounds: int = 0
    looked: int = 0
    families: list[tuple[str, ...]] | None = None


@dataclass
class Pending:
    """One question on its way over a matter's memory."""

    so_far: SoFar
    search: Search

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.so_far.question

    @property
    def parts(self) -> list[Part]:
        """What was answered about parts of the matter."""
        return self.so_far.parts

    @property
    def is_found(self) -> bool:
        """Whether any part of the matter answers it."""
        return any(part.is_found for part in self.parts)

    @property
    def quotes(self) -> list[Evidence]:
        """What was quoted so far."""
        return [quote for part in self.parts if part.is_found for quote in part.answer.evidence]

    def families(self, reading: BeyondReading, most: int) -> list[tuple[str, ...]]:
        """Those to go back to: of what was quoted, then those that hold passages as like what is asked."""
        if self.so_far.families is None:
            self.so_far.families = self._families(reading, most)
        return self.so_far.families

    def _families(self, reading: BeyondReading, most: int) -> list[tuple[str, ...]]:
        found = dict.fromkeys(reading.relatives[quote.document_id] for quote in self.quotes)
        places = [passage_of(reading, quote) for quote in self.quotes]
        least = _AS_LIKE * max((self.search.score_at(*place) for place in places), default=np.inf)
        for near in self.search.ranked():
            if near.score < max(least, 0) or len(found) >= most:
                break
            found.setdefault(reading.relatives[near.document_id])
        return list(found)[:most]


@dataclass
class Sitting:
    """Ranges and the questions that are asked of them together.

    `family` names the documents where they are of one family, with all that was quoted of it before.
    """

    sheet: Sheet
    pending: list[Pending]
    family: tuple[str, ...] = ()


def seat(sittings: list[Sitting], pending: Pending, sheet: Sheet, family: tuple[str, ...] = ()) -> None:
    """Ask a question in the first such sitting that has room for its ranges, or in one of its own."""
    for sitting in sittings:
        if sitting.family == family and sitting.sheet.takes(sheet.ranges):
            sitting.pending.append(pending)
            return
    sittings.append(Sitting(sheet, [pending], family))


def passage_of(reading: BeyondReading, quote: Evidence) -> tuple[str, int]:
    """The document and the number of the passage in which a quote begins."""
    starts = reading.memory.documents[quote.document_id].starts
    return quote.document_id, max(0, int(np.searchsorted(starts, quote.start, "right")) - 1)
