"""A quote where it stands: its sentence before and after it, and the sentence that follows. Knows one text's offsets."""

import re
from dataclasses import dataclass
from functools import cached_property

from inference.compact.segments import split
from inference.types import Evidence

AROUND = 1_500  # code points looked at on either side
_SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s*$")
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
            (low + each.start, low + each.end) for each in split(self.content[low:high]) if each.end > each.start
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
    def following(self) -> Range:
        """The next sentence, where it stands in the same paragraph."""
        end = self.after.start + len(self.after.text)
        for first, last in self._window[1]:
            if first >= end and self.content[first:last].strip(" .,;:)\"”"):
                gap = self.content[end:first]
                if gap.count("\n") < 2:
                    return Range(self.content[first:last], first)
                break
        return Range("", end)
