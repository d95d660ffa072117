"""Where every character of one page lies: words with boxes, packed into a few bytes each.

Knows numbers only, and needs nothing but the standard library, because the web process unpacks. The parsing child
packs most pages by itself, quicker (`intake/parsing/child/packing.py`).
"""

from __future__ import annotations  # array[int] is only subscriptable from Python 3.12 on

import struct
import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

VERSION = 1
_HEADER = struct.Struct("<BIIIddd")  # version, words, first offset, packed length, left, top, unit
_STEPS = 65534  # coordinates are stored in this many steps across the page's words
_BYTES_PER_WORD = 4 + 4 + 1 + 4 * 2
_FAR = 1e6  # points; a box beyond this is a fault of the file


class Word(NamedTuple):
    """A word: code points into the document's text, its box in points of the page as displayed, and its line."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    line: int


class Rectangle(NamedTuple):
    """A box in PDF points, from the top left of the page as displayed."""

    x0: float
    y0: float
    x1: float
    y1: float


def pack(words: Iterable[Word], page_start: int) -> bytes:
    """One page's words, in order of their offsets, as bytes. Raises ValueError when they overlap or run backwards."""
    rows = list(words)
    starts = [word.start for word in rows]
    ends = [word.end for word in rows]
    is_new_line = [word.line != before.line for before, word in pairwise(rows)]
    try:
        gaps = array("I", map(int.__sub__, starts, chain((page_start,), ends)))
        lengths = array("I", map(int.__sub__, ends, starts))
        boxes, left, top, unit = _in_steps([[float(word[side]) for word in rows] for side in (2, 3, 4, 5)])
    except (OverflowError, ValueError) as problem:
        raise ValueError("words overlap, run backwards or have no place") from problem
    arrays = (gaps, lengths, array("B", [False, *is_new_line][: len(rows)]), *boxes)
    return seal([_little_endian(column) for column in arrays], len(rows), page_start, (left, top, unit))


def seal(columns: Iterable[bytes], count: int, page_start: int, scale: tuple[float, float, float]) -> bytes:
    """The map from little-endian columns: gaps and lengths in four bytes, is new line in one, four sides in two each.

    `scale` is left, top and the length of a step in points.
    """
    body = zlib.compress(b"".join(columns), 1)
    return _HEADER.pack(VERSION, count, page_start, len(body), *scale) + body


def unpack(blob: bytes) -> list[Word]:
    """The words of a page. Raises ValueError when the bytes are no character map."""
    count, start, left, top, unit, body = _open(blob)
    gaps, lengths, new_lines, x0, y0, x1, y1 = _columns(body, count)
    words, end, line = [], start, 0
    for index in range(count):
        start = end + gaps[index]
        end = start + lengths[index]
        line += new_lines[index]
        words.append(
            Word(
                start,
                end,
                left + x0[index] * unit,
                top + y0[index] * unit,
                left + x1[index] * unit,
                top + y1[index] * unit,
                line,
            )
        )
    return words


def boxes(blob: bytes, start: int, end: int) -> list[Rectangle]:
    """One rectangle for each line that the span touches, around whole words, in reading order."""
    return boxes_among(unpack(blob), start, end)


def boxes_among(words: Sequence[Word], start: int, end: int) -> list[Rectangle]:
    """The same for the words of one page, in order, so that many spans unpack a page once."""
    found: list[Rectangle] = []
    last_line = -1
    for word in words[bisect_right(words, start, key=lambda word: word.end) :]:
        if word.start >= end:
            break
        box = Rectangle(word.x0, word.y0, word.x1, word.y1)
        if word.line == last_line:
            box = _around(found.pop(), box)
        found.append(box)
        last_line = word.line
    return found


def word_at(blob: bytes, x: float, y: float) -> Word | None:
    """The word drawn at a point; of several, the smallest."""
    under = [word for word in unpack(blob) if word.x0 <= x <= word.x1 and word.y0 <= y <= word.y1]
    return min(under, key=lambda word: (word.x1 - word.x0) * (word.y1 - word.y0), default=None)


def _in_steps(sides: Sequence[Sequence[float]]) -> tuple[list[array[int]], float, float, float]:
    """Coordinates as 16-bit steps, rounded outwards so that a stored box never cuts a word."""
    x0, y0, x1, y1 = sides
    if not x0:
        return [array("H") for _ in range(4)], 0.0, 0.0, 1.0
    left, top = min(min(x0), min(x1)), min(min(y0), min(y1))
    right, bottom = max(max(x0), max(x1)), max(max(y0), max(y1))
    unit = step_of(left, top, right, bottom)
    scale = 1 / unit
    return (
        [
            array("H", [int((x - left) * scale) for x in x0]),
            array("H", [int((y - top) * scale) for y in y0]),
            array("H", [int((x - left) * scale) + 1 for x in x1]),
            array("H", [int((y - top) * scale) + 1 for y in y1]),
        ],
        left,
        top,
        unit,
    )


def step_of(left: float, top: float, right: float, bottom: float) -> float:
    """The length in points of a step on a page whose words lie between these sides. Raises ValueError."""
    if not (-_FAR < left <= right < _FAR and -_FAR < top <= bottom < _FAR):
        raise ValueError("a box lies outside any page")
    return max(right - left, bottom - top, 1.0) / _STEPS


def _open(blob: bytes) -> tuple[int, int, float, float, float, bytes]:
    if len(blob) < _HEADER.size or blob[0] != VERSION:
        raise ValueError("not a character map of this version")
    _, count, start, packed, left, top, unit = _HEADER.unpack_from(blob)
    size = count * _BYTES_PER_WORD
    opener = zlib.decompressobj()
    try:
        body = opener.decompress(blob[_HEADER.size :], size + 1)
    except zlib.error as problem:
        raise ValueError("a damaged character map") from problem
    if packed != len(blob) - _HEADER.size or len(body) != size:
        raise ValueError("a damaged character map")
    return count, start, left, top, unit, body


def _columns(body: bytes, count: int) -> list[array[int]]:
    columns, at = [], 0
    for code in "IIBHHHH":
        column = array(code)
        column.frombytes(body[at : at + count * column.itemsize])
        at += count * column.itemsize
        if sys.byteorder == "big":
            column.byteswap()
        columns.append(column)
    return columns


def _little_endian(column: array[int]) -> bytes:
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _around(first: Rectangle, second: Rectangle) -> Rectangle:
    return Rectangle(
        min(first.x0, second.x0),
        min(first.y0, second.y0),
        max(first.x1, second.x1),
        max(first.y1, second.y1),
    )
