"""Fits the second look on out-of-fold log-odds: tables shared by all types plus what each type needs of its own."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from .context import WIDTH, ContextModel, Floats, Indices, interpolate, look, others
from .fit import fit_logistic

STRENGTH = 0.3
OWN = 0.5  # scale of a type's own columns against the shared ones: less is more pooling


def fit_context(
    odds: Sequence[Floats], lengths: Sequence[Indices], labels: Sequence[Floats], weights: Sequence[Floats]
) -> ContextModel:
    """One entry a contract in each sequence: log-odds, lengths, labels and weights of its segments."""
    types = odds[0].shape[1]
    block = WIDTH + types + 1
    values, columns, truth, trust, starts = [], [], [], [], [0]
    for own, length, label, weight in zip(odds, lengths, labels, weights, strict=True):
        looked = look(own, length)
        places, shares = interpolate(looked.features)
        cross = others(own, looked.rows)
        pairs = len(looked.rows)
        spots = np.concatenate(
            [places, np.broadcast_to(WIDTH + np.arange(types + 1), (pairs, types + 1))], axis=1
        )
        amounts = np.concatenate([shares, cross, np.ones((pairs, 1), np.float32)], axis=1)
        base = (block * (1 + looked.types))[:, None]
        columns.append(np.concatenate([spots[:, : places.shape[1]], spots + base], axis=1))
        values.append(np.concatenate([shares, OWN * amounts], axis=1))
        truth.append(label[looked.rows, looked.types])
        trust.append(weight[looked.rows, looked.types])
        starts.append(starts[-1] + pairs)
    each = values[0].shape[1]
    rows = csr_matrix(
        (
            np.concatenate(values).ravel().astype(np.float32),
            np.concatenate(columns).ravel().astype(np.int32),
            np.arange(starts[-1] + 1, dtype=np.int32) * each,
        ),
        shape=(starts[-1], block * (1 + types)),
    )
    coefficients, bias = fit_logistic(
        rows, np.concatenate(truth)[:, None], np.concatenate(trust)[:, None], STRENGTH, iterations=150
    )
    flat = coefficients[:, 0].reshape(1 + types, block)
    own_part = OWN * flat[1:]
    return ContextModel(
        tables=(flat[:1, :WIDTH] + own_part[:, :WIDTH]).astype(np.float32),
        cross=own_part[:, WIDTH : WIDTH + types].astype(np.float32),
        bias=(bias[0] + own_part[:, WIDTH + types]).astype(np.float32),
    )
