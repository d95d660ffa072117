"""A text by its telling words, as the compact reader weighs them, each word a number of 32 bits. Knows no passages.

The compact reader folds words into 2,048 places, where they fall on one another. Among the passages of a whole matter
that would cost the right one its place, so words are kept apart here; two of them share a number once in four billion.
"""

import zlib
from collections.abc import Sequence
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
        first = np.searchsorted(self.numbers, asked.numbers, "left")
        last = np.searchsorted(self.numbers, asked.numbers, "right")
        for low, high, weight in zip(first, last, asked.weights, strict=True):
            # A passage has each of its words once.
            found[self.passages[low:high]] += weight * self.weights[low:high].astype(np.float32)
        return found
