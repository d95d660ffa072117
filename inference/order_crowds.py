"""Where letters stand alone one after the other, as in "i g n o r e"; knows bytes, and no rule."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

_INNER, _REACH = (
    7,
    30,
)  # letters with a gap on either side in the shortest run; places from the first to the last
_RIM = 8  # places from those to the ends of a run, and further
_SPACE, _MARK, _DULL, _TELLING, _REST_OF_A_LETTER = range(5)

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]


def _kind(byte: int) -> int:
    if byte == ord(" "):
        return _SPACE
    if byte in b".-_*\xc2":  # the last begins the middle dot
        return _MARK
    if byte in b"0123456789":
        return _DULL
    return _REST_OF_A_LETTER if 0x80 <= byte < 0xC0 else _TELLING


_KINDS = bytes(map(_kind, range(256)))


def crowds(data: bytes) -> list[tuple[int, int]]:
    """Ranges that hold every run of nine letters set apart, unless it is all digits and marks.

    In code points of a text that comes in UTF-8, with some room at either end.
    """
    kinds = np.frombuffer(data.translate(_KINDS), np.uint8)
    if not data.isascii():
        kinds = kinds[kinds != _REST_OF_A_LETTER]
    merged: list[tuple[int, int]] = []
    for start, end in sorted((*_between(kinds, _SPACE), *_between(kinds, _MARK))):
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


def _between(kinds: Bytes, gap: int) -> Iterator[tuple[int, int]]:
    """The same for one kind of gap."""
    is_gap = kinds == gap
    places = np.flatnonzero(is_gap[:-2] & is_gap[2:] & ~is_gap[1:-1]) + 1
    if len(places) < _INNER:
        return
    near = np.flatnonzero(places[_INNER - 1 :] - places[: 1 - _INNER] <= _REACH)
    for windows in np.split(near, np.flatnonzero(np.diff(near) > _INNER - 1) + 1):
        if len(windows):
            own: Places = places[windows[0] : windows[-1] + _INNER]
            if (kinds[own] == _TELLING).any():
                yield max(0, int(own[0]) - _RIM), int(own[-1]) + _RIM
