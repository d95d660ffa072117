"""Chooses extents for the clause types whose answers are smaller than a sentence; one linear model for all four.

Knows proposals and their terms; a segment's own log-odds enter as terms too, in steps of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .context import Floats
from .segments import Segment
from .spans import Proposal, proposals, span_terms

KINDS: dict[str, frozenset[str]] = {
    "Document Name": frozenset({"whole", "title", "name", "quoted"}),
    "Parties": frozenset({"whole", "name", "quoted"}),
    "Agreement Date": frozenset({"whole", "date"}),
    "Effective Date": frozenset({"whole", "date"}),
}
FLOOR = -5.5  # log-odds below which a segment is not searched for extents
MOST_SEGMENTS = 60  # per contract and type, best first: keeps work linear in the contract


@dataclass(frozen=True)
class Described:
    """One proposal with all its terms."""

    proposal: Proposal
    terms: tuple[str, ...]


def describe(text: str, segments: Sequence[Segment], odds: Floats, clause_type: str) -> list[Described]:
    """All proposals of one contract for one clause type; `odds` [segments] are that type's log-odds."""
    chosen = np.flatnonzero(odds > FLOOR)
    chosen = np.sort(chosen[np.argsort(-odds[chosen], kind="stable")][:MOST_SEGMENTS])
    best = float(odds.max()) if len(odds) else 0.0
    seen: dict[str, int] = {}
    found: list[Described] = []
    for number in map(int, chosen):
        ordinals: dict[str, int] = {}
        for proposal in proposals(text, segments[number], number, KINDS[clause_type]):
            ordinal = ordinals.setdefault(proposal.kind, 0)
            ordinals[proposal.kind] += 1
            quote = text[proposal.start : proposal.end].lower()[:200]
            again = seen.setdefault(quote, 0)
            seen[quote] += 1
            terms = span_terms(text, segments[number], proposal, ordinal)
            terms += _standing(proposal.kind, float(odds[number]), best, again)
            found.append(Described(proposal, tuple(f"{clause_type}|{term}" for term in terms)))
    return found


def _standing(kind: str, own: float, best: float, again: int) -> list[str]:
    return [
        f"z:{kind}:{int(np.floor(own))}",
        f"d:{kind}:{int(min(best - own, 8.0))}",
        f"a:{kind}:{min(again, 4)}",
    ]


@dataclass(frozen=True)
class ExtentModel:
    """A weight for each term."""

    weights: Mapping[str, float]
    bias: float

    def odds(self, described: Described) -> float:
        """Log-odds that this proposal is an answer."""
        weights = self.weights
        return self.bias + sum(weights.get(term, 0.0) for term in described.terms)


def without_overlaps(scored: list[tuple[float, Proposal]]) -> list[tuple[float, Proposal]]:
    """Best first, a proposal that overlaps a better one of its own make is dropped; whole sentences stand apart."""
    kept: list[tuple[float, Proposal]] = []
    taken: dict[tuple[int, bool], list[Proposal]] = {}
    for score, proposal in sorted(scored, key=lambda pair: (-pair[0], pair[1].start, pair[1].end)):
        rivals = taken.setdefault((proposal.segment, proposal.kind == "whole"), [])
        if any(proposal.start < rival.end and rival.start < proposal.end for rival in rivals):
            continue
        rivals.append(proposal)
        kept.append((score, proposal))
    return kept
