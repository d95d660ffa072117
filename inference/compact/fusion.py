"""The last word on each segment: what the linear reader and the encoder say of it, and how it stands in the contract.

Knows matrices of log-odds `[segments, types]`, not words. Like the second look of the linear reader it is linear in
piecewise linear tables: a part shared by all types and a part of each type's own. It says by how much the linear
reader's log-odds are to be moved, so that what was learned from few contracts moves them little.
"""

from dataclasses import dataclass

import numpy as np

from .context import Floats, Indices, interpolate, rivals
from .encode import Encoded

_ODDS = tuple(float(x) for x in (-10, -8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6))
KNOTS: dict[str, tuple[float, ...]] = {
    "encoder": _ODDS,
    "linear": _ODDS,
    "before": _ODDS,
    "after": _ODDS,
    "nearby": _ODDS,
    "gap_to_best": (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0),
    "linear_gap": (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0),
    "best": _ODDS,
    "rank": (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0),
    "rivals": _ODDS,
    "fill": (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0),
    "run_in": (-8.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0),
    "run_out": (-8.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0),
    "segments": (3.0, 5.0, 6.0, 7.0, 8.0, 9.0, 11.0),
    "place": (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0),
    "length": (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0),
    "likely": (0.0, 1.0, 2.0, 3.0, 4.0, 6.0),
}
OWN = ("encoder", "linear", "gap_to_best")  # tables that each type has of its own besides
WIDTH = sum(len(knots) for knots in KNOTS.values())
FLOOR = -7.0  # log-odds of either reader below which a segment is not looked at for a type
_NOTHING = -9.0


@dataclass(frozen=True)
class Said:
    """All that is known of one text's segments before the last word.

    `linear`, `encoder`, `fill` (share of tokens inside), `first` and `last` (inside log-odds of the outermost
    tokens) are [segments, types], `lengths` [segments] in characters.
    """

    linear: Floats
    encoder: Floats
    fill: Floats
    first: Floats
    last: Floats
    lengths: Indices


@dataclass(frozen=True)
class Weighed:
    """The pairs worth a word: `rows` and `types` name them, `features` [pairs, len(KNOTS)] describe them.

    `known` [pairs] is what the linear reader says.
    """

    rows: Indices
    types: Indices
    features: Floats
    known: Floats


def weigh(said: Said) -> Weighed:
    """Describe every pair of a segment and a type that one of the two readers finds likely enough."""
    odds = said.encoder
    count, types = odds.shape
    rows, columns = np.nonzero((odds > FLOOR) | (said.linear > FLOOR))
    padded = np.pad(odds, ((3, 3), (0, 0)), constant_values=_NOTHING)
    around = np.full_like(odds, _NOTHING)
    for shift in (-3, -2, 2, 3):
        np.maximum(around, padded[3 + shift : 3 + shift + count], out=around)
    best = odds.max(axis=0) if count else np.zeros(types, np.float32)
    linear_best = said.linear.max(axis=0) if count else best
    order = np.argsort(np.argsort(-odds, axis=0, kind="stable"), axis=0, kind="stable")
    likely = np.log2(1.0 + (odds > 0).sum(axis=0))
    run_in = np.vstack([np.full((1, types), _NOTHING, np.float32), said.last[:-1]])
    run_out = np.vstack([said.first[1:], np.full((1, types), _NOTHING, np.float32)])
    own = odds[rows, columns]
    linear = said.linear[rows, columns]
    features = np.stack(
        [
            own,
            linear,
            padded[rows + 2, columns],
            padded[rows + 4, columns],
            around[rows, columns],
            best[columns] - own,
            linear_best[columns] - linear,
            best[columns],
            np.log2(1.0 + order[rows, columns]),
            rivals(odds, rows, columns),
            said.fill[rows, columns],
            run_in[rows, columns],
            run_out[rows, columns],
            np.full(len(rows), np.log2(max(count, 1))),
            rows / max(count - 1, 1),
            np.log2(np.maximum(said.lengths[rows], 1)),
            likely[columns],
        ],
        axis=1,
    ).astype(np.float32)
    known = np.maximum(linear, FLOOR).astype(np.float32)
    return Weighed(rows.astype(np.int64), columns.astype(np.int64), features, known)


def own_columns() -> list[int]:
    """Which of the features have tables of each type's own."""
    return [number for number, name in enumerate(KNOTS) if name in OWN]


@dataclass(frozen=True)
class FusionModel:
    """`tables` [types, WIDTH], `bias` [types]."""

    tables: Floats
    bias: Floats

    def odds(self, said: Said) -> Floats:
        """The last word, log-odds [segments, types]; pairs that nobody finds likely keep a very low one."""
        weighed = weigh(said)
        places, shares = interpolate(weighed.features, KNOTS)
        score = (self.tables[weighed.types[:, None], places] * shares).sum(axis=1)
        again = np.full_like(said.encoder, -12.0)
        again[weighed.rows, weighed.types] = weighed.known + score + self.bias[weighed.types]
        return again


def said_of(linear: Floats, encoded: Encoded, lengths: Indices) -> Said:
    """What both readers say of one text; a segment without a single piece is outside every answer."""
    count, types = linear.shape
    fill = np.zeros((count, types), np.float32)
    first, last = np.full_like(fill, _NOTHING), np.full_like(fill, _NOTHING)
    owners = encoded.pieces.owners
    if len(owners):
        begins = np.flatnonzero(np.diff(owners, prepend=-1))
        ends = np.append(begins[1:], len(owners))
        rows = owners[begins]
        inside = np.add.reduceat(encoded.inside > 0, begins, axis=0, dtype=np.float32)
        fill[rows] = inside / (ends - begins)[:, None]
        first[rows], last[rows] = encoded.inside[begins], encoded.inside[ends - 1]
    return Said(linear, encoded.odds, fill, first, last, lengths)
