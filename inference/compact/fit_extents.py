"""Fits the extent model on proposals labelled by the official match."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from .extents import ExtentModel
from .fit import fit_logistic

STRENGTH = 0.4
RAREST = 3  # proposals that must share a term


def fit_extents(rows: Sequence[tuple[tuple[str, ...], bool]]) -> ExtentModel:
    """One row a proposal: its terms, and whether it matches an answer."""
    counts = Counter(term for terms, _ in rows for term in terms)
    vocabulary = {term: n for n, term in enumerate(sorted(t for t, c in counts.items() if c >= RAREST))}
    columns: list[int] = []
    starts = [0]
    for terms, _ in rows:
        columns += sorted({vocabulary[term] for term in terms if term in vocabulary})
        starts.append(len(columns))
    matrix = csr_matrix(
        (np.ones(len(columns), np.float32), np.asarray(columns, np.int32), np.asarray(starts, np.int64)),
        shape=(len(rows), len(vocabulary)),
    )
    labels = np.asarray([[float(label)] for _, label in rows], np.float32)
    coefficients, bias = fit_logistic(matrix, labels, np.ones_like(labels), STRENGTH, iterations=200)
    weights = dict(zip(vocabulary, map(float, coefficients[:, 0]), strict=True))
    return ExtentModel(weights, float(bias[0]))
