"""Intervals by drawing contracts again with replacement; knows counts, not readers.

Efron and Tibshirani, "An Introduction to the Bootstrap", 1993: percentile intervals, pairs drawn together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .metric import CONTAINMENT, THRESHOLDS, Counts, Key

Doubles = npt.NDArray[np.float64]

DRAWS = 1000
_SEED = 20_261_125
_TAIL = 2.5  # per cent on either side


@dataclass(frozen=True)
class Interval:
    """The figure's 95 % interval."""

    low: float
    high: float


class Draws:
    """The same contracts drawn again and again, so that two readers are compared on equal draws."""

    def __init__(self, contracts: Sequence[str], draws: int = DRAWS) -> None:
        self.contracts = contracts
        chance = np.random.default_rng(_SEED)
        picks = chance.integers(len(contracts), size=(draws, len(contracts)))
        self._times = np.stack([np.bincount(pick, minlength=len(contracts)) for pick in picks]).astype(float)

    def aupr(self, counts: Mapping[Key, Counts], types: Sequence[str]) -> Doubles:
        """The pooled AUPR of some types in every draw, [draws]."""
        found, wrong, answers = (self._times @ part for part in self._pooled(counts, types))
        return area(found, wrong, answers[:, 0])

    def _pooled(self, counts: Mapping[Key, Counts], types: Sequence[str]) -> tuple[Doubles, Doubles, Doubles]:
        found = np.zeros((len(self.contracts), len(THRESHOLDS)))
        wrong, answers = np.zeros_like(found), np.zeros((len(self.contracts), 1))
        for row, contract in enumerate(self.contracts):
            for name in types:
                own = counts[contract, name]
                found[row] += own.found
                wrong[row] += own.wrong
                answers[row] += own.answers
        return found, wrong, answers


def area(found: Doubles, wrong: Doubles, answers: Doubles) -> Doubles:
    """AUPR of many counts at once, as `metric.scores`; found, wrong: [draws, thresholds], answers: [draws]."""
    shown = found + wrong
    recall = np.where(shown > 0, found / np.maximum(answers, 1)[:, None], 0.0)
    precision = np.where(shown > 0, found / np.maximum(shown, 1), 1.0)
    recall = np.concatenate([np.zeros((len(found), 1)), recall], axis=1)
    precision = np.concatenate([np.ones((len(found), 1)), precision], axis=1)
    precision = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    steps = np.diff(recall, axis=1)
    result: Doubles = (steps * (precision[:, 1:] + precision[:, :-1]) / 2).sum(axis=1)
    return result


def interval(values: Doubles) -> Interval:
    """The middle 95 %."""
    low, high = np.percentile(values, (_TAIL, 100 - _TAIL))
    return Interval(float(low), float(high))


@dataclass(frozen=True)
class Comparison:
    """One reader against another on the same draws: AUPR of the first, and by how much it is above the second."""

    aupr: Interval
    above: Interval

    @property
    def is_below(self) -> bool:
        """Whether the first is significantly below the second."""
        return self.above.high < 0


def compare(
    draws: Draws, own: Mapping[Key, Counts], other: Mapping[Key, Counts], types: Sequence[str]
) -> dict[str, Comparison]:
    """All types pooled, all but Parties, and each type alone, on paired draws."""
    groups = {"all": list(types), "all but Parties": [name for name in types if name != CONTAINMENT]}
    groups |= {name: [name] for name in types}
    result = {}
    for words, some in groups.items():
        first, second = draws.aupr(own, some), draws.aupr(other, some)
        result[words] = Comparison(interval(first), interval(first - second))
    return result
