"""Fits the whole compact reader, with every score that a later step learns from made by a model that never saw it.

The first look is fitted for each set of contracts left out and kept, so that cross-validation of all steps
together costs one fit a pair of folds.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .candidates import Candidate, Extents, ReadText, candidates
from .context import ContextModel, Floats
from .examples import Example
from .extents import KINDS, ExtentModel, describe
from .fit_context import fit_context
from .fit_extents import fit_extents
from .fit_segments import fit_segments
from .segment_model import SegmentModel

Say = Callable[[str], None]
LeftOut = frozenset[int]  # folds
_FIRST_LOOK_MODULES = (
    "segments.py",
    "terms.py",
    "segment_model.py",
    "examples.py",
    "fit.py",
    "fit_segments.py",
)


def keep_arrays(path: Path, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Write named arrays whole or not at all."""
    half_written = path.with_suffix(".part")
    with half_written.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **dict(arrays))
    half_written.replace(path)


@dataclass
class FirstLooks:
    """The first look fitted without some folds, each set fitted once; kept in a folder when one is given."""

    examples: Sequence[Example]
    folds: Sequence[int]
    say: Say
    folder: Path | None = None
    _odds: dict[tuple[LeftOut, int], Floats] = field(default_factory=dict)
    _made_of: str = ""

    def likely(self) -> list[Floats]:
        """For each contract, how likely each segment holds any answer, by a model that never saw the contract."""
        return [self.odds(frozenset({fold}), number).max(axis=1) for number, fold in enumerate(self.folds)]

    def odds(self, left_out: LeftOut, number: int) -> Floats:
        """Log-odds of one left-out contract; fits the model for that set when it is first asked for."""
        if (left_out, number) not in self._odds:
            self._score(left_out)
        return self._odds[left_out, number]

    def _score(self, left_out: LeftOut) -> None:
        numbers = [number for number, fold in enumerate(self.folds) if fold in left_out]
        kept = self._file(left_out)
        if kept is not None and kept.is_file():
            with np.load(kept, allow_pickle=False) as arrays:
                self._odds |= {(left_out, number): arrays[str(number)] for number in numbers}
            return
        model = self.fit(left_out)
        for number in numbers:
            example = self.examples[number]
            self._odds[left_out, number] = model.odds_of_terms(example.terms, len(example.segments))
        if kept is not None:
            keep_arrays(kept, {str(number): self._odds[left_out, number] for number in numbers})

    def _file(self, left_out: LeftOut) -> Path | None:
        """Named by what the scores are made of: contracts, folds, and the code that cuts and weighs."""
        if self.folder is None:
            return None
        if not self._made_of:
            digest = hashlib.sha256(repr(list(self.folds)).encode())
            for name in _FIRST_LOOK_MODULES:
                digest.update(Path(__file__).with_name(name).read_bytes())
            for example in self.examples:
                digest.update(repr((example.contract.text, example.contract.spans)).encode())
            self._made_of = digest.hexdigest()[:12]
        without = "-".join(map(str, sorted(left_out)))
        return self.folder / f"first-look-{without}-{self._made_of}.npz"

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


@dataclass(frozen=True)
class OutOfFold:
    """One contract read by linear steps that never saw its fold, and the extent model of those steps."""

    read: ReadText
    extents: ExtentModel

    def candidates(self, types: Sequence[str]) -> dict[str, list[Candidate]]:
        """All candidates by clause type, as the linear reader alone gives them."""
        extents = Extents(self.extents)
        return {name: candidates(self.read, name, column, extents) for column, name in enumerate(types)}


def out_of_fold(looks: FirstLooks, types: Sequence[str], fold: int) -> dict[int, OutOfFold]:
    """Each contract of one fold, read by steps that never saw that fold."""
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
            result[number] = OutOfFold(read, extents)
    return result


def fit_all(looks: FirstLooks, types: Sequence[str]) -> tuple[SegmentModel, ContextModel, ExtentModel]:
    """The reader that is shipped: all contracts, later steps on out-of-fold log-odds."""
    odds = [looks.odds(frozenset({fold}), number) for number, fold in enumerate(looks.folds)]
    context, extents = fit_second(looks.examples, odds, types)
    return looks.fit(frozenset()), context, extents


def pairs_of_folds(folds: int) -> int:
    """How many first looks cross-validation fits."""
    return folds + len(list(combinations(range(folds), 2)))
