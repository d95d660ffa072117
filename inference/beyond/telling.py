"""A text by its telling words, as the compact reader weighs them, each word a number of 32 bits. Knows no passages.

The compact reader folds words into 2,048 places, where they fall on one another. Among the passages of a whole matter
that would cost the right one its place, so words are kept apart here; two of them share a number once in four billion.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.compact.similar import terms_of

Numbers = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Telling:
    """The words of a text: `numbers` [words] and `weights` [words], of length one together, unless there are none."""

    numbers: Numbers
    weights: Floats


def telling(text: str) -> Telling:
    """The telling words of one text and pairs of them."""
    terms = terms_of(text)
    numbers = np.fromiter((zlib.crc32(term.encode()) for term in terms), np.uint32, len(terms))
    weights = np.fromiter(terms.values(), np.float32, len(terms))
    length = float(np.linalg.norm(weights))
    return Telling(numbers, weights / length if length else weights)


def by_rarity(asked: Telling, counts: npt.NDArray[np.int64], passages: int) -> Telling:
    """A text whose words weigh less the more passages of a matter have them."""
    rarity = np.log1p(passages / np.maximum(counts, 1)) / np.log1p(max(1, passages))
    weights = (asked.weights * rarity).astype(np.float32)
    length = float(np.linalg.norm(weights))
    return Telling(asked.numbers, weights / length if length else weights)


@dataclass(frozen=True)
class WordIndex:
    """The telling words of passages, by word: `numbers` are in order, `passages` and `weights` stand beside them."""

    numbers: Numbers
    passages: Numbers
    weights: npt.NDArray[np.float16]

    @classmethod
    def of(cls, texts: Sequence[Telling]) -> "WordIndex":
        """The words of passages that are numbered from 0."""
        numbers = np.concatenate([np.empty(0, np.uint32), *(each.numbers for each in texts)])
        weights = np.concatenate([np.empty(0, np.float32), *(each.weights for each in texts)])
        passages = np.repeat(np.arange(len(texts), dtype=np.uint32), [len(each.numbers) for each in texts])
        order = np.argsort(numbers, kind="stable")
        return cls(numbers[order], passages[order], weights[order].astype(np.float16))

    def cosines(self, asked: Telling, passages: int) -> Floats:
        """How much each passage has in common with a text, [passages], 0 to 1."""
        found = np.zeros(passages, np.float32)
        for weight, place in self._places(asked):
            found[self.passages[place]] += weight * self.weights[place].astype(np.float32)
        return found

    def shares(self, asked: Telling, passages: int) -> Floats:
        """How much of the words of a text stand in each passage, [passages], 0 to 1."""
        found = np.zeros(passages, np.float32)
        for weight, place in self._places(asked):
            found[self.passages[place]] += weight * weight
        return found

    def counts(self, asked: Telling) -> npt.NDArray[np.int64]:
        """In how many passages each word of a text stands, [words]."""
        first = np.searchsorted(self.numbers, asked.numbers, "left")
        found: npt.NDArray[np.int64] = np.searchsorted(self.numbers, asked.numbers, "right") - first
        return found

    def _places(self, asked: Telling) -> Iterator[tuple[np.float32, slice]]:
        """The weight of each word of a text, and where the passages stand that have it; a passage has it once."""
        first = np.searchsorted(self.numbers, asked.numbers, "left")
        last = np.searchsorted(self.numbers, asked.numbers, "right")
        for weight, low, high in zip(asked.weights, first, last, strict=True):
            yield weight, slice(low, high)
