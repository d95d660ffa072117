"""The last word on extents smaller than a sentence: the linear model's, and how far the encoder sees them inside.

Knows proposals and log-odds of word pieces, not words. Linear in piecewise linear tables, a part shared by all four
clause types and a part of each type's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .context import Floats, Indices, interpolate
from .encode import Encoded
from .extents import KINDS, Described, ExtentModel

_ODDS = tuple(float(x) for x in (-8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6))
_GAPS = (-8.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0)
KNOTS: dict[str, tuple[float, ...]] = {
    "linear": _ODDS,
    "inside": _ODDS,  # mean of the proposal's pieces
    "weakest": _ODDS,
    "fall_before": _GAPS,  # how much more inside it is than the piece before it
    "fall_after": _GAPS,
    "segment": _ODDS,
    "gap_to_best": (
        0.0,
        0.25,
        0.5,
        1.0,
        2.0,
        3.0,
        4.0,
        6.0,
        8.0,
    ),  # of any proposal of the contract, by `inside`
    "pieces": (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0),
    "place": (0.0, 0.005, 0.02, 0.05, 0.1, 0.3, 0.6, 0.9, 1.0),
}
WIDTH = sum(len(knots) for knots in KNOTS.values())
KIND_NAMES = ("whole", "date", "name", "quoted", "title")
TYPES = tuple(KINDS)
_FAR = -8.0


def features(described: Sequence[Described], encoded: Encoded, column: int, extents: ExtentModel) -> Floats:
    """One row a proposal, [proposals, len(KNOTS)]; `column` is the clause type's."""
    made = np.empty((len(described), len(KNOTS)), np.float32)
    inside = encoded.inside[:, column].astype(np.float32)
    sums = np.concatenate([[0.0], np.cumsum(inside, dtype=np.float64)])
    for row, each in enumerate(described):
        first, last = _pieces(encoded, each)
        own = inside[first:last]
        mean = float(sums[last] - sums[first]) / max(last - first, 1) if last > first else _FAR
        before = float(inside[first - 1]) if first > 0 else _FAR
        after = float(inside[last]) if last < len(inside) else _FAR
        made[row] = (
            extents.odds(each),
            mean,
            float(own.min()) if last > first else _FAR,
            mean - before,
            mean - after,
            encoded.odds[each.proposal.segment, column],
            mean,
            np.log2(1 + last - first),
            first / max(len(inside), 1),
        )
    if len(described):
        made[:, 6] = made[:, 6].max() - made[:, 6]
    return made


def _pieces(encoded: Encoded, each: Described) -> tuple[int, int]:
    pieces = encoded.pieces
    first = int(np.searchsorted(pieces.ends, each.proposal.start, side="right"))
    return first, max(first, int(np.searchsorted(pieces.starts, each.proposal.end, side="left")))


def known_of(rows: Floats) -> Floats:
    """The linear model's log-odds, which the last word moves."""
    known: Floats = np.maximum(rows[:, 0], -8.0)
    return known


def kinds_of(described: Sequence[Described]) -> Indices:
    """The kind of each proposal as a number."""
    return np.asarray([KIND_NAMES.index(each.proposal.kind) for each in described], np.int64)


@dataclass(frozen=True)
class ExtentFusion:
    """`tables` [4 types, WIDTH], `kinds` [4 types, 5 kinds]: what is added for each, the bias included."""

    tables: Floats
    kinds: Floats

    def odds(
        self,
        described: Sequence[Described],
        encoded: Encoded,
        clause_type: str,
        column: int,
        extents: ExtentModel,
    ) -> Floats:
        """Log-odds that each proposal is an answer."""
        own = TYPES.index(clause_type)
        rows = features(described, encoded, column, extents)
        places, shares = interpolate(rows, KNOTS)
        moved = (self.tables[own][places] * shares).sum(axis=1) + self.kinds[own, kinds_of(described)]
        score: Floats = known_of(rows) + moved
        return score
