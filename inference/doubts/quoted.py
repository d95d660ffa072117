"""A quote where it stands: its sentence before and after it, and what follows. Knows one text's offsets."""

import re
from dataclasses import dataclass
from functools import cached_property

from inference.compact.segments import split
from inference.types import Evidence

AROUND = 1_500  # code points looked at on either side
_SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s*$")
_LOOKS_BACK = re.compile(
    r"^\W*(?:\(?[\w.]{1,8}[.)]?\s+)?(?:[A-Z][\w ]{0,40}[.:]\s+)?(?:Notwithstanding|However|But|Provided|The foregoing|"
    r"The (?:above|preceding)|This (?:section|clause|right|duty|obligation|paragraph|restriction|limit|limitation)|"
    r"The (?:right|duty|obligation|restriction|limit|limitation)s?\b)",
    re.IGNORECASE,
)
_LIST = (":", ";", ",", "; and", "; or", ", and", ", or")


@dataclass(frozen=True)
class Range:
    """A part of one text."""

    text: str
    start: int

    @property
    def words(self) -> str:
        """What stands there, in one line; offsets do not hold in it."""
        return " ".join(self.text.split())


@dataclass(frozen=True)
class Quoted:
    """A quote and the document it was taken from."""

    content: str
    evidence: Evidence

    @property
    def words(self) -> str:
        """The quote in one line."""
        return " ".join(self.evidence.quote.split())

    @cached_property
    def _window(self) -> tuple[int, list[tuple[int, int]]]:
        low = max(0, self.evidence.start - AROUND)
        high = min(len(self.content), self.evidence.end + AROUND)
        return low, [
            (low + each.start, low + each.end)
            for each in split(self.content[low:high])
            if each.end > each.start
        ]

    @cached_property
    def before(self) -> Range:
        """What stands before the quote in its sentence, the lead of a list it is an item of included."""
        start, end = self.evidence.start, self.evidence.start
        for first, last in reversed(self._window[1]):
            if first >= end:
                continue
            if last <= start and not self.content[first:last].rstrip().endswith(_LIST):
                break
            start = min(start, first)
        return Range(self.content[start:end], start)

    @cached_property
    def after(self) -> Range:
        """What stands after the quote in its sentence; empty where the quote ends with its sentence."""
        start = end = self.evidence.end
        if not _SENTENCE_END.search(self.evidence.quote):
            end = next((last for first, last in self._window[1] if first < start < last), start)
        return Range(self.content[start:end], start)

    @cached_property
    def following(self) -> tuple[Range, ...]:
        """The next sentence of the same paragraph, and each of the next three that says it changes what came before."""
        end = self.after.start + len(self.after.text)
        later = [place for place in self._window[1] if place[0] >= end and self._says(*place)][:3]
        found = []
        for number, (first, last) in enumerate(later):
            is_next = number == 0 and self.content.count("\n", end, first) < 2
            if is_next or _LOOKS_BACK.match(self.content[first:last]):
                found.append(Range(self.content[first:last], first))
        return tuple(found)

    def _says(self, first: int, last: int) -> bool:
        return bool(self.content[first:last].strip(' .,;:)"”'))
