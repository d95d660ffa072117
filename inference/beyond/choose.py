"""Which ranges of a matter the model reads again for one question, in so many tokens. Knows offsets, not answers.

A passage is taken with its heading and, where that costs little, the passages beside it in its section. Room is left
for what the chosen passages lean on: the definitions of the terms they use, and how their documents open.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from inference.engine.typed import DATED
from inference.types import Question, ReadRange, SourceText

from .definitions import used_in
from .document import NO_HEADING
from .memory import MatterMemory
from .search import Found
from .sheet import Sheet, Tokens, holds

OPENING = 300  # code points of a document that tell what it is
_LEAN = 4  # a part in so many of the room is kept for what passages lean on
_BESIDE = 8  # neighbours come along where all together take no more than a part in so many


@dataclass(frozen=True)
class Chooser:
    """One matter; `relatives` are the documents of each document's family, itself among them."""

    memory: MatterMemory
    sources: Mapping[str, SourceText]
    relatives: Mapping[str, Sequence[str]]
    tokens: Tokens

    def choose(
        self,
        sheet: Sheet,
        question: Question,
        ranked: Iterable[Found],
        read: Sequence[ReadRange],
        most: int,
    ) -> int:
        """Fill a sheet with the best passages not read yet and what they lean on; gives how many passages."""
        pieces = self._pieces(ranked, sheet.room * (_LEAN - 1) // _LEAN)
        unread = ((found, core) for found, core in pieces if not holds(read, core))
        chosen: list[tuple[Found, ReadRange]] = []
        waiting = None
        for found, core in unread:
            if not sheet.takes(self._parcel(found, core, sheet.room), sheet.room * (_LEAN - 1) // _LEAN):
                waiting = found, core
                break
            chosen.append((found, core))
            if len(chosen) == most:
                break
        for own in self._leaned_on(question, chosen):
            sheet.takes([own])
        if waiting is not None and len(chosen) < most:
            chosen += self._rest(sheet, chain([waiting], unread), most - len(chosen))
        return len(chosen)

    def passage(self, document_id: str, number: int) -> ReadRange:
        """One passage as a range."""
        own = self.memory.documents[document_id]
        return ReadRange(document_id, int(own.starts[number]), int(own.ends[number]))

    def _rest(
        self, sheet: Sheet, unread: Iterable[tuple[Found, ReadRange]], most: int
    ) -> Iterator[tuple[Found, ReadRange]]:
        """Further passages in what room is left."""
        for _, (found, core) in zip(range(most), unread, strict=False):
            if not sheet.takes(self._parcel(found, core, sheet.room)):
                return
            yield found, core

    def _pieces(self, ranked: Iterable[Found], most: int) -> Iterator[tuple[Found, ReadRange]]:
        """Passages; one that takes more tokens than may be comes in pieces."""
        for found in ranked:
            for core in self._cut(self.passage(found.document_id, found.passage), most):
                yield found, core

    def _cut(self, own: ReadRange, most: int) -> Iterator[ReadRange]:
        if own.end - own.start < 2 or self.tokens(own) <= most:
            yield own
            return
        content = self.sources[own.document_id].content
        middle = (own.start + own.end) // 2
        space = content.rfind(" ", own.start + 1, middle) + 1
        at = space if space > own.start + 1 else middle
        yield from self._cut(replace(own, end=at), most)
        yield from self._cut(replace(own, start=at), most)

    def _parcel(self, found: Found, core: ReadRange, room: int) -> list[ReadRange]:
        """A passage with its heading, and with its neighbours where they cost little; of one in pieces, a piece."""
        parcel = [core]
        memory = self.memory.documents[found.document_id]
        heading = int(memory.headings[found.passage])
        if heading != NO_HEADING:
            parcel.append(self.passage(found.document_id, heading))
        beside = [
            self.passage(found.document_id, number)
            for number in (found.passage - 1, found.passage + 1)
            if 0 <= number < memory.passages and memory.headings[number] == heading and number != heading
        ]
        cheap = sum(map(self.tokens, (*parcel, *beside))) <= room // _BESIDE
        return parcel + beside if cheap else parcel

    def _leaned_on(
        self, question: Question, chosen: Sequence[tuple[Found, ReadRange]]
    ) -> Iterator[ReadRange]:
        """Definitions and openings; the openings first where a value is counted from a contract's days."""
        document_ids = dict.fromkeys(found.document_id for found, _ in chosen)
        openings = map(self._opening, document_ids)
        parts = openings, self._definitions(chosen)
        return chain(*(parts if question.clause_type in DATED else reversed(parts)))

    def _opening(self, document_id: str) -> ReadRange:
        memory = self.memory.documents[document_id]
        last = max(0, int((memory.starts < OPENING).sum()) - 1)
        return ReadRange(document_id, int(memory.starts[0]), int(memory.ends[last]))

    def _definitions(self, chosen: Sequence[tuple[Found, ReadRange]]) -> Iterator[ReadRange]:
        """Where the terms of the chosen passages are defined: in their document, else in one of its family."""
        for found, core in chosen:
            words = self.sources[core.document_id].content[core.start : core.end]
            own = [
                core.document_id,
                *(each for each in self.relatives[core.document_id] if each != core.document_id),
            ]
            known: set[str] = set()
            for document_id in own:
                for term, number in used_in(words, self.memory.documents[document_id].defined):
                    if term not in known and (document_id, number) != (found.document_id, found.passage):
                        known.add(term)
                        yield self.passage(document_id, number)
