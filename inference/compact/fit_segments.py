"""Fits the first look; the vocabulary is taken from the training contracts alone."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from .context import Floats
from .fit import fit_logistic
from .segment_model import SegmentModel, quantized
from .terms import Terms

STRENGTH = 40.0
ITERATIONS = 70
RAREST = 4  # segments that must share a term


def fit_segments(terms: Sequence[Terms], labels: Floats, weights: Floats) -> SegmentModel:
    """One entry a segment; `labels` and `weights` are [segments, types]."""
    counts = Counter(term for own in terms for term in own)
    vocabulary = {term: n for n, term in enumerate(sorted(t for t, c in counts.items() if c >= RAREST))}
    idf = np.asarray([np.log(len(terms) / counts[term]) for term in vocabulary], np.float32)
    coefficients, bias = fit_logistic(_rows(terms, vocabulary, idf), labels, weights, STRENGTH, ITERATIONS)
    return quantized(vocabulary, idf, coefficients, bias)


def _rows(terms: Sequence[Terms], vocabulary: dict[str, int], idf: Floats) -> csr_matrix:
    columns: list[int] = []
    starts = [0]
    for own in terms:
        columns += [vocabulary[term] for term in own if term in vocabulary]
        starts.append(len(columns))
    places = np.asarray(columns, np.int32)
    values = idf[places]
    bounds = np.asarray(starts, np.int64)
    squares = np.concatenate([[0.0], np.cumsum(values.astype(np.float64) ** 2)])
    norms = np.sqrt(squares[bounds[1:]] - squares[bounds[:-1]])
    values = values / np.repeat(np.maximum(norms, 1e-6), np.diff(bounds))
    return csr_matrix((values.astype(np.float32), places, bounds), shape=(len(terms), len(vocabulary)))
