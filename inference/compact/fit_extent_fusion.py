"""Fits the last word on short extents, on scores that are out of fold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from .context import Floats, Indices, interpolate
from .extent_fusion import KIND_NAMES, KNOTS, TYPES, WIDTH, ExtentFusion, known_of
from .fit import fit_logistic

STRENGTH = 0.03
_BLOCK = WIDTH + len(KIND_NAMES)


@dataclass(frozen=True)
class ProposalRows:
    """Proposals of one contract and clause type: `features` [rows, tables], `kinds` and `right` [rows]."""

    clause_type: str
    features: Floats
    kinds: Indices
    right: Floats


def fit_extent_fusion(groups: Sequence[ProposalRows]) -> ExtentFusion:
    """One model for the four types."""
    columns, values, truth, known = [], [], [], []
    for group in groups:
        if not len(group.features):
            continue
        places, shares = interpolate(group.features, KNOTS)
        own = _BLOCK * (1 + TYPES.index(group.clause_type))
        kind = (WIDTH + group.kinds)[:, None]
        ones = np.ones((len(kind), 1), np.float32)
        columns.append(np.concatenate([places, kind, places + own, kind + own], axis=1))
        values.append(np.concatenate([shares, ones, shares, ones], axis=1))
        truth.append(group.right)
        known.append(known_of(group.features))
    spots = np.concatenate(columns)
    each = spots.shape[1]
    rows = csr_matrix(
        (
            np.concatenate(values).ravel().astype(np.float32),
            spots.ravel().astype(np.int32),
            np.arange(len(spots) + 1, dtype=np.int32) * each,
        ),
        shape=(len(spots), _BLOCK * (1 + len(TYPES))),
    )
    labels = np.concatenate(truth)[:, None].astype(np.float32)
    coefficients, bias = fit_logistic(
        rows,
        labels,
        np.ones_like(labels),
        STRENGTH,
        iterations=200,
        known=np.concatenate(known)[:, None],
        bias=0.0,
    )
    flat = coefficients[:, 0].reshape(1 + len(TYPES), _BLOCK)
    summed = flat[:1] + flat[1:]
    return ExtentFusion(
        tables=summed[:, :WIDTH].astype(np.float32), kinds=(summed[:, WIDTH:] + bias[0]).astype(np.float32)
    )
