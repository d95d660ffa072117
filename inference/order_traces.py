"""Where a text may hold what the rules of orders begin with, told at the speed of memory. Knows bytes, not rules.

A text leaves a trace of every five bytes that follow one another in it; a word one of whose own is missing is not
there. Words too short to leave any are looked for by what they begin with.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_GROUP = 5
_STEM = 3
_SLOTS_LOG = 18
_STIR, _STIR_LAST = np.uint32(2654435761), np.uint32(2246822519)  # odd, so that neighbours in value lie apart
_AT_ONCE = 1 << 16  # bytes, so that what is made of them stays in the cache

Bits = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Needles:
    """Words to look for: the slots of those that leave traces, and the others by their first letters as a number."""

    words: tuple[bytes, ...]
    traced: tuple[int, ...]  # words by their number
    slots: Numbers
    begins: npt.NDArray[np.int64]  # of each traced word's slots
    stems: dict[int, tuple[int, ...]]  # with the words that begin so
    rest: tuple[int, ...]  # words of one or two bytes

    @classmethod
    def of(cls, words: Sequence[str]) -> "Needles":
        """Prepared once; words are in lower case."""
        encoded = tuple(word.encode() for word in words)
        slots = {n: _slots(*_groups(word)) for n, word in enumerate(encoded) if len(word) >= _GROUP}
        begins = np.cumsum([0, *map(len, slots.values())])[:-1]
        short = {n: word for n, word in enumerate(encoded) if _STEM <= len(word) < _GROUP}
        stems: dict[int, tuple[int, ...]] = {_number(word): () for word in short.values()}
        for number, word in short.items():
            stems[_number(word)] += (number,)
        rest = tuple(n for n, word in enumerate(encoded) if len(word) < _STEM)
        return cls(encoded, tuple(slots), np.concatenate([*slots.values()]), begins, stems, rest)

    def there(self, data: bytes) -> list[int]:
        """The numbers of the words that stand in a text, in order."""
        seen, stems = self._look(data)
        has_all = np.logical_and.reduceat(seen[self.slots], self.begins)
        may = {*self.rest, *(self.traced[place] for place in np.flatnonzero(has_all))}
        may.update(number for stem in stems for number in self.stems[stem])
        words = ((number, self.words[number]) for number in sorted(may))
        return [
            number for number, word in words if word[:1] in data and word in data
        ]  # one byte is found quicker

    def _look(self, data: bytes) -> tuple[Bits, set[int]]:
        """Which slots have a trace, and which stems there are."""
        seen: Bits = np.zeros(1 << _SLOTS_LOG, np.bool_)
        stems: set[int] = set()
        for first in range(0, len(data), _AT_ONCE):
            part = data[first : first + _AT_ONCE + _GROUP - 1]
            fours, lasts = _groups(part if first + _AT_ONCE < len(data) else part + bytes(_GROUP))
            seen[_slots(fours, lasts).astype(np.intp)] = True  # twice as quick as by 32 bits
            threes = fours & np.uint32(0xFFFFFF)
            stems |= {stem for stem in self.stems.keys() - stems if (threes == stem).any()}
        return seen, stems


def letters_beyond_ascii(text: str) -> list[str]:
    """Each kind of letter that is not of ASCII, once."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    seen = np.zeros(int(codes.max(initial=0)) + 1, np.bool_)
    seen[codes] = True
    return [chr(code) for code in np.flatnonzero(seen[128:]) + 128]


def _groups(data: bytes) -> tuple[Numbers, npt.NDArray[np.uint8]]:
    """Every four bytes that follow one another, as a number, and the byte after them; in no order."""
    counts = [(shift, (len(data) - shift - 1) // 4) for shift in range(4)]
    fours = [np.frombuffer(data, "<u4", count, shift) for shift, count in counts if count]
    lasts = [np.frombuffer(data, np.uint8)[shift + 4 :: 4][:count] for shift, count in counts if count]
    return np.concatenate(fours), np.concatenate(lasts)


def _slots(fours: Numbers, lasts: npt.NDArray[np.uint8]) -> Numbers:
    slots = fours * _STIR
    slots += np.multiply(lasts, _STIR_LAST, dtype=np.uint32)
    slots >>= np.uint32(32 - _SLOTS_LOG)
    return slots


def _number(word: bytes) -> int:
    return int.from_bytes(word[:_STEM], "little")
