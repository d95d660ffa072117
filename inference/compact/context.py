"""Second look at each segment: its score in the light of its neighbours and of the whole contract.

Knows matrices of log-odds `[segments, types]`, not words. Every feature is a number read through a piecewise
linear table with fixed knots, so the second model is linear too and stays a small array.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

FLOOR = -7.0  # log-odds below which a segment is not looked at again for a type
_ODDS = tuple(float(x) for x in (-8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 4, 6))
KNOTS: dict[str, tuple[float, ...]] = {
    "own": _ODDS,
    "before": _ODDS,
    "after": _ODDS,
    "nearby": _ODDS,
    "gap_to_best": (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0),
    "rank": (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0),
    "rivals": _ODDS,
    "segments": (3.0, 5.0, 6.0, 7.0, 8.0, 9.0, 11.0),
    "place": (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0),
    "length": (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0),
    "likely": (0.0, 1.0, 2.0, 3.0, 4.0, 6.0),
}
WIDTH = sum(len(knots) for knots in KNOTS.values())


@dataclass(frozen=True)
class Looked:
    """The pairs worth a second look: `rows` and `types` name them, `features` [pairs, len(KNOTS)] describe them."""

    rows: Indices
    types: Indices
    features: Floats


def look(odds: Floats, lengths: Indices) -> Looked:
    """Describe all pairs above FLOOR; `odds` [segments, types], `lengths` [segments] in characters."""
    count, types = odds.shape
    rows, columns = np.nonzero(odds > FLOOR)
    padded = np.pad(odds, ((5, 5), (0, 0)), constant_values=-9.0)
    around = np.full_like(odds, -9.0)
    for shift in (-5, -4, -3, -2, 2, 3, 4, 5):
        np.maximum(around, padded[5 + shift : 5 + shift + count], out=around)
    best = odds.max(axis=0) if count else np.zeros(types, np.float32)
    order = np.argsort(np.argsort(-odds, axis=0, kind="stable"), axis=0, kind="stable")
    likely = np.log2(1.0 + (odds > 0).sum(axis=0))
    own = odds[rows, columns]
    features = np.stack(
        [
            own,
            padded[rows + 4, columns],
            padded[rows + 6, columns],
            around[rows, columns],
            best[columns] - own,
            np.log2(1.0 + order[rows, columns]),
            rivals(odds, rows, columns),
            np.full(len(rows), np.log2(max(count, 1))),
            rows / max(count - 1, 1),
            np.log2(np.maximum(lengths[rows], 1)),
            likely[columns],
        ],
        axis=1,
    ).astype(np.float32)
    return Looked(rows.astype(np.int64), columns.astype(np.int64), features)


def rivals(odds: Floats, rows: Indices, columns: Indices) -> Floats:
    """The best other type's log-odds in the same segment."""
    if odds.shape[1] < 2:
        return np.full(len(rows), -9.0, np.float32)
    two = np.partition(odds, -2, axis=1)[:, -2:]
    first, second = two[rows, 1], two[rows, 0]
    best_of_others: Floats = np.where(odds[rows, columns] >= first, second, first)
    return best_of_others


def interpolate(features: Floats, tables: Mapping[str, tuple[float, ...]] = KNOTS) -> tuple[Indices, Floats]:
    """Table places [pairs, 2 * features] and their shares, for tables of knots laid end to end."""
    places, shares = [], []
    start = 0
    for column, knots in enumerate(tables.values()):
        grid = np.asarray(knots, np.float32)
        value = np.clip(features[:, column], grid[0], grid[-1])
        left = np.clip(np.searchsorted(grid, value, side="right") - 1, 0, len(grid) - 2)
        share = (value - grid[left]) / (grid[left + 1] - grid[left])
        places += [start + left, start + left + 1]
        shares += [1.0 - share, share]
        start += len(grid)
    return np.stack(places, axis=1).astype(np.int64), np.stack(shares, axis=1).astype(np.float32)


def others(odds: Floats, rows: Indices) -> Floats:
    """All types' log-odds of each pair's segment, [pairs, types], squeezed to about -1 to 1."""
    return np.clip(odds[rows], -6.0, 6.0) / 6.0


@dataclass(frozen=True)
class ContextModel:
    """`tables` [types, WIDTH], `cross` [types, types], `bias` [types]."""

    tables: Floats
    cross: Floats
    bias: Floats

    def rescore(self, odds: Floats, lengths: Indices) -> Floats:
        """New log-odds [segments, types]; pairs below the floor keep a very low one."""
        looked = look(odds, lengths)
        places, shares = interpolate(looked.features)
        score = (self.tables[looked.types[:, None], places] * shares).sum(axis=1)
        score += (self.cross[looked.types] * others(odds, looked.rows)).sum(axis=1)
        again = np.full_like(odds, -12.0)
        again[looked.rows, looked.types] = score + self.bias[looked.types]
        return again
