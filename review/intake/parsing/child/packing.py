"""The words of a page as text and as a character map, in whole columns: word by word they cost a third of reading it.

Makes the same bytes as `pack`; knows numbers and strings, and no PDF.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from review.intake.parsing.character_map import seal, step_of

# x0, y0, x1, y1 in points of the page as displayed, text, block, line in block, word in line
WordRow = tuple[float, float, float, float, str, int, int, int]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PackedPage:
    """A page's text, where each of its words begins and ends in the document's text, and its character map."""

    text: str
    starts: Offsets
    ends: Offsets
    character_map: bytes


def pack_rows(rows: Sequence[WordRow], page_start: int) -> PackedPage:
    """Words of a line are joined by a space, lines by a line break, blocks by an empty line. Raises ValueError."""
    x0, y0, x1, y1, words, blocks, lines, _ = zip(*rows, strict=True)
    is_new_block, is_new_line = _begins(blocks), _begins(lines)
    is_new_line |= is_new_block
    gaps = [" "] * len(words)
    for at in np.flatnonzero(is_new_line).tolist():
        gaps[at] = "\n\n" if is_new_block[at] else "\n"
    gaps[0] = ""
    widths = is_new_block + np.int64(1)
    widths[0] = 0
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    ends = np.cumsum(widths + lengths) + page_start
    boxes, scale = _in_steps(np.fromiter(chain(x0, y0, x1, y1), np.float64, 4 * len(words)).reshape(4, -1))
    columns = (widths.astype("<u4"), lengths.astype("<u4"), is_new_line, boxes)
    return PackedPage(
        "".join(chain.from_iterable(zip(gaps, words, strict=True))),
        ends - lengths,
        ends,
        seal([column.tobytes() for column in columns], len(words), page_start, scale),
    )


def _begins(numbers: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Where another number stands than before; not at the first."""
    column = np.array(numbers, np.int64)
    return np.concatenate(([False], column[1:] != column[:-1]))


def _in_steps(sides: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.uint16], tuple[float, float, float]]:
    """Sides [4, words] as 16-bit steps, rounded outwards so that a stored box never cuts a word."""
    least, most = sides.min(axis=1).tolist(), sides.max(axis=1).tolist()
    left, top = min(least[0], least[2]), min(least[1], least[3])
    unit = step_of(left, top, max(most[0], most[2]), max(most[1], most[3]))
    steps = ((sides - np.array([[left], [top]] * 2)) * (1 / unit)).astype("<u2")
    steps[2:] += 1
    return steps, (left, top, unit)
