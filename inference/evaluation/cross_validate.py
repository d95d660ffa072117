"""Cross-validation of the whole compact reader by contract: every contract is read by steps that never saw its fold."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from inference.clause_types import load_clause_types
from inference.compact.bars import Judged
from inference.compact.candidates import Candidate
from inference.compact.examples import Example, prepare
from inference.compact.fit_compact import FirstLooks, Say, out_of_fold
from inference.compact.fit_last_word import BothRead, judged_apart
from inference.compact.kept_encoders import KeptEncoders

from .cuad import fold_of_each, load_contracts
from .metric import Counts, Key, Prediction, count, count_places, scores, total


@dataclass(frozen=True)
class CrossValidated:
    """Counts by contract and clause type, and every clause type's judged candidates, all out of fold.

    `counts` are by the official metric, `by_place` by offsets; `both` is what a last word can be fitted on.
    """

    counts: dict[Key, Counts]
    judged: dict[str, list[Judged]]
    by_place: dict[Key, Counts] = field(default_factory=dict)
    contracts: list[str] = field(default_factory=list)
    both: dict[int, BothRead] = field(default_factory=dict)


def prepared_looks(data: Path, folds: int, say: Say, work: Path | None = None) -> FirstLooks:
    """The contracts of a folder, prepared and dealt into folds; scores are kept in `work` when it is given."""
    contracts = load_contracts(data)
    names = type_names()
    say(f"preparing {len(contracts)} contracts")
    examples = [prepare(contract, names) for contract in contracts]
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
    return FirstLooks(examples, fold_of_each(contracts, folds), say, work)


def type_names() -> tuple[str, ...]:
    """The clause types in their order."""
    return tuple(known.name for known in load_clause_types())


def cross_validate(
    looks: FirstLooks, folds: Iterable[int], kept: KeptEncoders | None = None
) -> tuple[CrossValidated, CrossValidated | None]:
    """Every contract of some folds read by steps that never saw its fold: by the linear reader alone, then by both.

    The second is None without encoders. Missing encoders are trained, and what was made is kept.
    """
    names = type_names()
    both: dict[int, BothRead] = {}
    linear = CrossValidated({}, {name: [] for name in names})
    for fold in folds:
        reads = out_of_fold(looks, names, fold)
        for number, one in reads.items():
            _judge(looks.examples[number], one.candidates(names), linear)
        looks.say(f"linear reader, {len(linear.counts) // len(names)} contracts: {_so_far(linear)}")
        if kept is not None:
            kept.train(fold, looks.likely)
            encoded = kept.said(fold)
            both |= {n: BothRead(looks.examples[n], one, encoded[n]) for n, one in reads.items()}
    if not both:
        return linear, None
    whole = CrossValidated({}, {name: [] for name in names})
    for number, found in judged_apart(both, looks.folds, names).items():
        _judge(looks.examples[number], found, whole)
    looks.say(f"both readers, {len(both)} contracts: {_so_far(whole)}")
    return linear, replace(whole, both=both)


def _so_far(validated: CrossValidated) -> str:
    figures = scores(total(validated.counts.values()))
    return f"AUPR {figures.aupr:.4f}, precision at recall 0.8 {figures.precision_at_80:.4f}"


def _judge(example: Example, found: dict[str, list[Candidate]], into: CrossValidated) -> None:
    text = example.contract.text
    into.contracts.append(example.contract.id)
    for name, candidates in found.items():
        gold = example.gold[name]
        predictions = [Prediction(text[each.start : each.end], each.score) for each in candidates]
        into.counts[example.contract.id, name] = count(gold, predictions)
        spans = [(span.start, span.end) for span in example.contract.spans if span.category == name]
        into.by_place[example.contract.id, name] = count_places(spans, candidates)
        right = tuple(bool(gold.hits(each.text)) for each in predictions)
        scores_of = tuple(c.score for c in candidates)
        into.judged[name].append(Judged(scores_of, right, bool(gold.answers), len(example.segments)))
