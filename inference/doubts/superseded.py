"""Words of a case file that a later instrument of it takes out of force. Knows all its texts, in reading order."""

import re
from collections.abc import Iterator
from functools import cached_property

from inference.types import CaseFile, Evidence

from .asked import Asked
from .changes import Change, changes_of, is_amending, names_of
from .words import stems

_NUMBER = re.compile(
    r"^[^\S\n]*(?:(?:Section|Clause|Article)\s+)?(\d{1,3}(?:\.\d{1,3})*)[.)]?(?=\s)",
    re.IGNORECASE | re.MULTILINE,
)
_LETTER = re.compile(r"(?:^|\s)\(([a-z])\)\s", re.MULTILINE)
_LINE = 200  # code points of the line the quote begins in
_MARK = 5  # code points that the mark of a paragraph takes at the beginning of a quote
_LOOK_BACK = 20_000  # code points before a quote in which its section's number is looked for


class Superseding:
    """The changes of a case file, found once in time that grows with its length."""

    def __init__(self, case_file: CaseFile) -> None:
        self._contents = [document.content for document in case_file.documents]
        self._ids = [document.id for document in case_file.documents]
        self._places = {document_id: place for place, document_id in enumerate(self._ids)}

    @cached_property
    def _amending(self) -> tuple[int, ...]:
        """The places of the instruments that change others."""
        return tuple(place for place, content in enumerate(self._contents) if place and is_amending(content))

    @cached_property
    def _changes(self) -> dict[int, tuple[Change, ...]]:
        return {place: tuple(changes_of(self._ids[place], self._contents[place])) for place in self._amending}

    @cached_property
    def _names(self) -> list[frozenset[str]]:
        return [names_of(content) for content in self._contents]

    def of(self, asked: Asked, quote: Evidence) -> Change | None:
        """The first sentence of a later instrument that takes the quote's section, or what was asked, out of force."""
        place = self._places[quote.document_id]
        section = section_of(self._contents[place], quote.start)
        about = asked.about | stems(quote.quote)
        return next((change for change in self._later(place) if change.meets(section, about)), None)

    def _later(self, place: int) -> Iterator[Change]:
        for other in self._amending:
            if other > place and self._belong(place, other):
                yield from self._changes[other]

    def _belong(self, one: int, other: int) -> bool:
        """Whether a later instrument names those whom the earlier one names: two of them, or the only one."""
        names = self._names[one]
        return len(names & self._names[other]) >= min(2, max(1, len(names)))


def section_of(content: str, start: int) -> str:
    """The number of the section a place stands in, with the letter of its paragraph; empty where no line has one."""
    low, line = max(0, start - _LOOK_BACK), content.find("\n", start, start + _LINE)
    end = line if line >= 0 else min(len(content), start + _LINE)
    numbers = list(_NUMBER.finditer(content, low, end))
    if not numbers:
        return ""
    letters = _LETTER.findall(content, numbers[-1].end(), start + _MARK)
    return numbers[-1][1] + (f"({letters[-1]})" if letters else "")
