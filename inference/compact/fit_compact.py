"""Fits the whole compact reader, with every score that a later step learns from made by a model that never saw it.

The first look is fitted for each set of contracts left out and kept, so that cross-validation of all steps
together costs one fit a pair of folds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from .candidates import Candidate, ReadText, candidates
from .context import ContextModel, Floats
from .examples import Example
from .extents import KINDS, ExtentModel, describe
from .fit_context import fit_context
from .fit_extents import fit_extents
from .fit_segments import fit_segments
from .segment_model import SegmentModel

Say = Callable[[str], None]
LeftOut = frozenset[int]  # folds


@dataclass
class FirstLooks:
    """The first look fitted without some folds, each set fitted once."""

    examples: Sequence[Example]
    folds: Sequence[int]
    say: Say
    _odds: dict[tuple[LeftOut, int], Floats] = field(default_factory=dict)

    def odds(self, left_out: LeftOut, number: int) -> Floats:
        """Log-odds of one left-out contract; fits the model for that set when it is first asked for."""
        if (left_out, number) not in self._odds:
            self._score(left_out)
        return self._odds[left_out, number]

    def _score(self, left_out: LeftOut) -> None:
        model = self.fit(left_out)
        for number, fold in enumerate(self.folds):
            if fold in left_out:
                example = self.examples[number]
                self._odds[left_out, number] = model.odds_of_terms(example.terms, len(example.segments))

    def fit(self, left_out: LeftOut) -> SegmentModel:
        """The first look fitted on all contracts outside `left_out`."""
        self.say(f"first look without folds {sorted(left_out) or 'none'}")
        chosen = [
            example for example, fold in zip(self.examples, self.folds, strict=True) if fold not in left_out
        ]
        terms = [own for example in chosen for own in example.terms]
        inside = np.concatenate([example.inside for example in chosen])
        trust = np.concatenate([example.trust for example in chosen])
        return fit_segments(terms, inside, trust)


def fit_second(
    examples: Sequence[Example], odds: Sequence[Floats], types: Sequence[str]
) -> tuple[ContextModel, ExtentModel]:
    """The steps after the first look, from log-odds that are out of fold."""
    everywhere = [np.ones_like(example.match) for example in examples]
    lengths = [example.lengths for example in examples]
    context = fit_context(odds, lengths, [example.match for example in examples], everywhere)
    rows = [
        row for example, own in zip(examples, odds, strict=True) for row in _extent_rows(example, own, types)
    ]
    return context, fit_extents(rows)


def _extent_rows(
    example: Example, odds: Floats, types: Sequence[str]
) -> Iterable[tuple[tuple[str, ...], bool]]:
    text = example.contract.text
    for clause_type in KINDS:
        gold = example.gold[clause_type]
        for each in describe(text, example.segments, odds[:, types.index(clause_type)], clause_type):
            yield each.terms, bool(gold.hits(text[each.proposal.start : each.proposal.end]))


def out_of_fold(looks: FirstLooks, types: Sequence[str], fold: int) -> dict[int, dict[str, list[Candidate]]]:
    """Candidates of each contract of one fold, by clause type, from steps that never saw that fold."""
    inner = [number for number, own in enumerate(looks.folds) if own != fold]
    odds = [looks.odds(frozenset({fold, looks.folds[number]}), number) for number in inner]
    context, extents = fit_second([looks.examples[number] for number in inner], odds, types)
    result = {}
    for number, own in enumerate(looks.folds):
        if own == fold:
            example = looks.examples[number]
            first = looks.odds(frozenset({fold}), number)
            again = context.rescore(first, example.lengths)
            read = ReadText(example.contract.text, example.segments, 0, first, again)
            result[number] = {name: candidates(read, name, n, extents) for n, name in enumerate(types)}
    return result


def fit_all(looks: FirstLooks, types: Sequence[str]) -> tuple[SegmentModel, ContextModel, ExtentModel]:
    """The reader that is shipped: all contracts, later steps on out-of-fold log-odds."""
    odds = [looks.odds(frozenset({fold}), number) for number, fold in enumerate(looks.folds)]
    context, extents = fit_second(looks.examples, odds, types)
    return looks.fit(frozenset()), context, extents


def pairs_of_folds(folds: int) -> int:
    """How many first looks cross-validation fits."""
    return folds + len(list(combinations(range(folds), 2)))
