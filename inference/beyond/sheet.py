"""What is put before the model together, counted in its tokens. Knows ranges, not why they were chosen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from inference.types import CaseFile, ReadRange, SourceText

_BETWEEN = 6  # tokens of the marks around one excerpt

Tokens = Callable[[ReadRange], int]


class Counter:
    """Tokens that ranges take as excerpts, each counted once; `scale` grows where a model turns out to take more."""

    def __init__(self, count: Callable[[CaseFile], int], sources: Mapping[str, SourceText]) -> None:
        self._count, self._sources = count, sources
        self._base = count(CaseFile(()))
        self._known: dict[ReadRange, int] = {}
        self.scale = 1.0

    @property
    def base(self) -> int:
        """What any case file takes, however little stands in it."""
        return round(self._base * self.scale)

    def of(self, case_file: CaseFile) -> int:
        """What a whole case file takes."""
        return round(self._count(case_file) * self.scale)

    def __call__(self, own: ReadRange) -> int:
        if own not in self._known:
            source = self._sources[own.document_id]
            words = replace(source, content=source.content[own.start : own.end])
            self._known[own] = self._count(CaseFile((words,))) - self._base + _BETWEEN
        return round(self._known[own] * self.scale)


@dataclass
class Sheet:
    """Ranges that are to stand before the model together, in the order in which they were chosen."""

    room: int
    tokens: Tokens
    ranges: list[ReadRange]
    taken: int = 0

    def takes(self, wanted: Iterable[ReadRange], limit: int | None = None) -> bool:
        """Put all of these on the sheet, or none where they do not fit in it, or in a part of its room."""
        new = [each for each in dict.fromkeys(wanted) if not holds(self.ranges, each)]
        tokens = sum(map(self.tokens, new))
        if self.taken + tokens > (self.room if limit is None else limit):
            return False
        self.ranges += new
        self.taken += tokens
        return True

    def shorten(self) -> bool:
        """Take off what was chosen last, or half of the only range; False where there is nothing to be taken off."""
        if len(self.ranges) > 1:
            self.ranges.pop()
            return True
        if not self.ranges or self.ranges[0].end - self.ranges[0].start < 2:
            return False
        first = self.ranges[0]
        self.ranges = [replace(first, end=(first.start + first.end) // 2)]
        return True


def holds(ranges: Iterable[ReadRange], own: ReadRange) -> bool:
    """Whether a range lies inside one of these."""
    return any(
        each.document_id == own.document_id and each.start <= own.start and own.end <= each.end
        for each in ranges
    )
