"""Fits the last word on contracts that both readers read out of fold, and gives out-of-fold candidates of the whole.

With several folds read, each is judged by a last word fitted on the others; with one fold, by parts of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .candidates import Candidate, Extents, candidates, lengths_of
from .encode import Encoded
from .examples import Example
from .extent_fusion import ExtentFusion, features, kinds_of
from .extents import KINDS, describe
from .fit_compact import OutOfFold
from .fit_extent_fusion import ProposalRows, fit_extent_fusion
from .fit_fusion import fit_fusion
from .fusion import FusionModel, Said, said_of

_PARTS = 5  # of a single fold


@dataclass(frozen=True)
class BothRead:
    """One contract read out of fold by both readers."""

    example: Example
    linear: OutOfFold
    encoded: Encoded

    def said(self) -> Said:
        """What the last word hears of its segments."""
        return said_of(self.linear.read.odds, self.encoded, lengths_of(self.example.segments))

    def proposals(self, types: Sequence[str]) -> list[ProposalRows]:
        """What it hears of short extents, with what was right."""
        return [self._proposals(name, types.index(name)) for name in KINDS]

    def _proposals(self, name: str, column: int) -> ProposalRows:
        text, gold = self.example.contract.text, self.example.gold[name]
        described = describe(text, self.example.segments, self.linear.read.first[:, column], name)
        right = [bool(gold.hits(text[each.proposal.start : each.proposal.end])) for each in described]
        rows = features(described, self.encoded, column, self.linear.extents)
        return ProposalRows(name, rows, kinds_of(described), np.asarray(right, np.float32))


@dataclass(frozen=True)
class Fitted:
    """A last word before it is tied to an encoder file."""

    segments: FusionModel
    extents: ExtentFusion

    def candidates(self, both: BothRead, types: Sequence[str]) -> dict[str, list[Candidate]]:
        """All candidates of one contract by clause type."""
        read = replace(both.linear.read, odds=self.segments.odds(both.said()), encoded=both.encoded)
        extents = Extents(both.linear.extents, self.extents)
        return {name: candidates(read, name, column, extents) for column, name in enumerate(types)}


def fit_last_word(contracts: Sequence[BothRead], types: Sequence[str]) -> Fitted:
    """One last word on all given contracts."""
    segments = fit_fusion([both.said() for both in contracts], [both.example.match for both in contracts])
    rows = [row for both in contracts for row in both.proposals(types)]
    return Fitted(segments, fit_extent_fusion(rows))


def judged_apart(
    contracts: Mapping[int, BothRead], folds: Sequence[int], types: Sequence[str]
) -> dict[int, dict[str, list[Candidate]]]:
    """Candidates of every contract by a last word that was fitted without it; keys are numbers of contracts."""
    several = len({folds[number] for number in contracts}) > 1
    part = {
        number: folds[number] if several else place % _PARTS for place, number in enumerate(sorted(contracts))
    }
    result = {}
    for own in sorted(set(part.values())):
        fitted = fit_last_word([both for number, both in contracts.items() if part[number] != own], types)
        for number, both in contracts.items():
            if part[number] == own:
                result[number] = fitted.candidates(both, types)
    return result
