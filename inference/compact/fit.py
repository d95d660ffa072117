"""Fits one logistic model per clause type, all of them in one descent; needs SciPy, so it is for training only."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]


def fit_logistic(
    rows: csr_matrix,
    labels: Floats,
    weights: Floats,
    strength: float,
    iterations: int,
    *,
    known: Floats | float = 0.0,
    bias: float = -5.0,
) -> tuple[Floats, Floats]:
    """Coefficients [features, types] and biases [types] of L2-regularized logistic models, without randomness.

    `labels` [rows, types] are 0 or 1, `weights` [rows, types] are 0 where a row teaches nothing, `strength` is
    how much the data count against the penalty (scikit-learn's C). `known` [rows, types] are log-odds from elsewhere
    that the model adds to, so that the penalty draws it towards them; `bias` is where the biases begin.
    """
    features, types = rows.shape[1], labels.shape[1]
    columns = rows.T.tocsr()
    signs = (2.0 * labels - 1.0).astype(np.float32)

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        packed = flat.astype(np.float32).reshape(features + 1, types)
        margins = signs * (rows @ packed[:-1] + packed[-1] + known)
        losses = np.logaddexp(0.0, -margins) * weights
        slopes = (-signs * weights / (1.0 + np.exp(np.clip(margins, -60.0, 60.0)))).astype(np.float32)
        gradient = np.empty_like(packed)
        gradient[:-1] = packed[:-1] / strength + columns @ slopes
        gradient[-1] = slopes.sum(axis=0)
        penalty = 0.5 * float((packed[:-1].astype(np.float64) ** 2).sum()) / strength
        return float(losses.sum(dtype=np.float64)) + penalty, gradient.astype(np.float64).ravel()

    start = np.zeros((features + 1, types))
    start[-1] = bias
    found = minimize(
        loss,
        start.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "maxcor": 8, "ftol": 1e-6},
    )
    packed = found.x.astype(np.float32).reshape(features + 1, types)
    return packed[:-1], packed[-1]
