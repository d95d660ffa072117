"""A text without some of its passages, and where what is left of it stands. Knows ranges, not what is asked.

What is cut out leaves one of the two gaps around it, the one with more line breaks: "A.⏎⏎cut⏎⏎B." becomes "A.⏎⏎B.".
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inference.orders import Order

_GAP = re.compile(r"\s*")
_WIDEST = 200  # code points of a gap


@dataclass(frozen=True)
class Rest:
    """What is left of a text: its pieces put together, and where each begins in the whole."""

    text: str
    begins: tuple[int, ...]  # of the pieces, in the rest
    moved: tuple[int, ...]  # how far each lies further on in the whole

    def in_whole(self, start: int, end: int) -> tuple[int, int]:
        """A range of the rest as a range of the whole, over whatever was cut out inside it."""
        first, last = (bisect_right(self.begins, at) - 1 for at in (start, end - 1))
        return start + self.moved[first], end + self.moved[last]


def without(text: str, cut: Sequence[Order]) -> Rest:
    """A text without passages that lie in order and apart."""
    pieces: list[str] = []
    begins, moved = [0], [0]
    done = length = 0
    for start, end in (_with_a_gap(text, passage) for passage in cut):
        start = max(start, done)
        pieces.append(text[done:start])
        length += start - done
        done = max(end, done)
        if length == begins[-1]:
            moved[-1] = done - length
        else:
            begins.append(length)
            moved.append(done - length)
    return Rest("".join((*pieces, text[done:])), tuple(begins), tuple(moved))


def within(start: int, end: int, passages: Sequence[Order], text: str) -> Iterator[tuple[int, int]]:
    """What of a range lies in passages of a text, without white space at the ends."""
    at = max(bisect_right(passages, start, key=lambda passage: passage.start) - 1, 0)
    while at < len(passages) and passages[at].start < end:
        first, last = max(start, passages[at].start), min(end, passages[at].end)
        words = text[first:last].strip()
        if words:
            first += text[first:last].index(words)
            yield first, first + len(words)
        at += 1


def _with_a_gap(text: str, passage: Order) -> tuple[int, int]:
    """A passage and the white space on that side of it which has fewer line breaks."""
    near = text[max(0, passage.start - _WIDEST) : passage.start]
    before, after = len(near) - len(near.rstrip()), _gap_after(text, passage.end)
    if before < len(near) and near[len(near) - before :].count("\n") < text.count("\n", passage.end, after):
        return passage.start - before, passage.end
    return passage.start, after


def _gap_after(text: str, end: int) -> int:
    """Where white space ends that begins there."""
    gap = _GAP.match(text, end, end + _WIDEST)
    return gap.end() if gap else end
