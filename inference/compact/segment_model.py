"""First look at each segment: one linear model a clause type over TF-IDF terms, int8 coefficients, NumPy only.

Knows term strings and their weights, not what the clause types mean.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .context import Floats
from .segments import Segment
from .terms import Terms, segment_terms

_AT_ONCE = 256  # segments scored together: bounds memory whatever the length of a contract


@dataclass(frozen=True)
class SegmentModel:
    """`idf` [terms], `coefficients` int8 [terms, types] times `scales` [types], `bias` [types]."""

    vocabulary: Mapping[str, int]
    idf: Floats
    coefficients: npt.NDArray[np.int8]
    scales: Floats
    bias: Floats

    def odds(self, text: str, segments: Sequence[Segment]) -> Floats:
        """Log-odds [segments, types]."""
        return self.odds_of_terms(segment_terms(text, segments), len(segments))

    def odds_of_terms(self, terms: Iterable[Terms], count: int) -> Floats:
        """The same from terms already made."""
        result = np.empty((count, len(self.bias)), np.float32)
        lookup = self.vocabulary.get
        found: list[int] = []
        starts: list[int] = []
        first = 0
        for number, own in enumerate(terms):
            starts.append(len(found))
            found += [place for place in map(lookup, own) if place is not None]
            if len(starts) == _AT_ONCE or number + 1 == count:
                result[first : number + 1] = self._sums(found, starts)
                first, found, starts = number + 1, [], []
        return result

    def _sums(self, found: list[int], starts: list[int]) -> Floats:
        bounds = np.asarray([*starts, len(found)])
        sums = np.zeros((len(starts), len(self.bias)), np.float32)
        filled = np.flatnonzero(bounds[1:] > bounds[:-1])
        if len(filled):
            places = np.asarray(found)
            values = self.idf[places]
            begins = bounds[:-1][filled]
            norms = np.sqrt(np.add.reduceat(values * values, begins))
            weighted = self.coefficients[places] * values[:, None]
            sums[filled] = np.add.reduceat(weighted, begins, axis=0) / np.maximum(norms, 1e-6)[:, None]
        return sums * self.scales + self.bias

    @property
    def types(self) -> int:
        """How many clause types it scores."""
        return len(self.bias)


def quantized(vocabulary: Mapping[str, int], idf: Floats, coefficients: Floats, bias: Floats) -> SegmentModel:
    """The model as it is shipped: each type's coefficients in 255 steps."""
    scales = np.maximum(np.abs(coefficients).max(axis=0), 1e-6) / 127.0
    steps = np.rint(coefficients / scales).astype(np.int8)
    idf = idf.astype(np.float16).astype(np.float32)
    return SegmentModel(vocabulary, idf, steps, scales.astype(np.float32), bias.astype(np.float32))
