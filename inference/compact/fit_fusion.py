"""Fits the last word on out-of-fold log-odds: tables shared by all types plus what each type needs of its own."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from .context import Floats, interpolate
from .fit import fit_logistic
from .fusion import KNOTS, WIDTH, FusionModel, Said, own_columns, weigh

STRENGTH = 0.1
OWN_SCALE = 0.3  # of a type's own columns against the shared ones: less is more pooling


def fit_fusion(said: Sequence[Said], labels: Sequence[Floats]) -> FusionModel:
    """One entry a contract in each sequence; `labels` [segments, types] are 1 where a segment is an answer."""
    types = said[0].encoder.shape[1]
    own = [place for column in own_columns() for place in (2 * column, 2 * column + 1)]
    block = WIDTH + 1
    values, columns, truth, known, starts = [], [], [], [], [0]
    for one, label in zip(said, labels, strict=True):
        weighed = weigh(one)
        places, shares = interpolate(weighed.features, KNOTS)
        pairs = len(weighed.rows)
        base = (block * (1 + weighed.types))[:, None]
        own_places = np.concatenate([places[:, own], np.full((pairs, 1), WIDTH)], axis=1) + base
        own_shares = np.concatenate([shares[:, own], np.ones((pairs, 1), np.float32)], axis=1)
        columns.append(np.concatenate([places, own_places], axis=1))
        values.append(np.concatenate([shares, OWN_SCALE * own_shares], axis=1))
        truth.append(label[weighed.rows, weighed.types])
        known.append(weighed.known)
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
    labels_of_pairs = np.concatenate(truth)[:, None].astype(np.float32)
    coefficients, bias = fit_logistic(
        rows,
        labels_of_pairs,
        np.ones_like(labels_of_pairs),
        STRENGTH,
        iterations=200,
        known=np.concatenate(known)[:, None],
        bias=0.0,
    )
    flat = coefficients[:, 0].reshape(1 + types, block)
    own_part = OWN_SCALE * flat[1:]
    return FusionModel(
        tables=(flat[:1, :WIDTH] + own_part[:, :WIDTH]).astype(np.float32),
        bias=(bias[0] + own_part[:, WIDTH]).astype(np.float32),
    )
