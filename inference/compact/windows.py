"""Cuts a run of tokens into windows that a model reads; every token is the core of exactly one.

Knows counts. The tokens at a window's rim are read for their neighbours' sake only: their own scores come from the
window of which they are the core.
"""

from collections.abc import Iterator
from dataclasses import dataclass

CORE = 150
RIM = 20


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `first` to `last` (exclusive) are read, `core_first` to `core_last` are kept."""

    first: int
    last: int
    core_first: int
    core_last: int

    def __len__(self) -> int:
        return self.last - self.first


def windows(tokens: int, core: int = CORE, rim: int = RIM) -> Iterator[Window]:
    """Windows of at most core + 2 * rim tokens in order; the two ends of the text need no rim."""
    longest = core + 2 * rim
    if tokens <= longest:
        if tokens:
            yield Window(0, tokens, 0, tokens)
        return
    kept = 0
    while kept < tokens:
        first = max(0, kept - rim)
        last = min(tokens, first + longest)
        core_last = tokens if last == tokens else last - rim
        yield Window(first, last, kept, core_last)
        kept = core_last
