"""How measured seconds follow the formula: a rate for each of its two terms, and exponents of growth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def fitted(points: Sequence[dict[str, Any]]) -> dict[str, float] | None:
    """Seconds as work over a rate, for products with weights and for attention; None for fewer than two points.

    Errors count by their share of the seconds. `largest_residual` is the largest such share; exponents are those of
    tokens in measured seconds and in the formula.
    """
    if len(points) < 2:
        return None
    seconds = np.array([point["prefill_seconds"] for point in points])
    work = np.array([[point["weights_flops"], point["attention_flops"]] for point in points])
    each = seconds_each(work, seconds)
    return {
        "weights_gflops_per_second": _rate(each[0]),
        "attention_gflops_per_second": _rate(each[1]),
        "largest_residual": round(float(np.abs(work @ each / seconds - 1).max()), 4),
        "exponent": _exponent(points, seconds),
        "exponent_of_formula": _exponent(points, work.sum(1)),
    }


def seconds_each(work: Numbers, seconds: Numbers) -> Numbers:
    """Seconds an operation of each kind, [2], none below zero, from work, [points, 2], and seconds, [points]."""
    columns, ones = work / seconds[:, None], np.ones(len(seconds))
    both: Numbers = np.linalg.lstsq(columns, ones, rcond=None)[0].astype(np.float64)
    if (both >= 0).all():
        return both
    alone = [column @ ones / (column @ column) for column in columns.T]
    candidates = [np.array([alone[0], 0.0]), np.array([0.0, alone[1]])]
    return min(candidates, key=lambda each: float(((columns @ each - 1) ** 2).sum()))


def _rate(seconds_each: float) -> float:
    """Zero where a term took nothing that could be told."""
    return round(1e-9 / seconds_each, 2) if seconds_each > 0 else 0.0


def _exponent(points: Sequence[dict[str, Any]], grows: Numbers) -> float:
    tokens = np.log([point["tokens"] for point in points])
    return round(float(np.polyfit(tokens, np.log(grows), 1)[0]), 3)
