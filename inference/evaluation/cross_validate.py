"""Cross-validation of the whole compact reader by contract: every contract is read by steps that never saw its fold."""

from dataclasses import dataclass
from pathlib import Path

from inference.clause_types import load_clause_types
from inference.compact.bars import Judged
from inference.compact.candidates import Candidate
from inference.compact.examples import Example, prepare
from inference.compact.fit_compact import FirstLooks, Say, out_of_fold

from .cuad import fold_of_each, load_contracts
from .metric import Counts, Key, Prediction, count, scores, total


@dataclass(frozen=True)
class CrossValidated:
    """Counts by contract and clause type, and every clause type's judged candidates, all out of fold."""

    counts: dict[Key, Counts]
    judged: dict[str, list[Judged]]


def prepared_looks(data: Path, folds: int, say: Say) -> FirstLooks:
    """The contracts of a folder, prepared and dealt into folds."""
    contracts = load_contracts(data)
    names = type_names()
    say(f"preparing {len(contracts)} contracts")
    examples = [prepare(contract, names) for contract in contracts]
    return FirstLooks(examples, fold_of_each(contracts, folds), say)


def type_names() -> tuple[str, ...]:
    """The clause types in their order."""
    return tuple(known.name for known in load_clause_types())


def cross_validate(looks: FirstLooks, folds: int) -> CrossValidated:
    """Every contract read by steps that never saw its fold."""
    names = type_names()
    result = CrossValidated({}, {name: [] for name in names})
    for fold in range(folds):
        for number, found in out_of_fold(looks, names, fold).items():
            _judge(looks.examples[number], found, result)
        so_far = scores(total(result.counts.values()))
        looks.say(
            f"folds 0 to {fold}: AUPR {so_far.aupr:.4f}, precision at recall 0.8 {so_far.precision_at_80:.4f}"
        )
    return result


def _judge(example: Example, found: dict[str, list[Candidate]], into: CrossValidated) -> None:
    text = example.contract.text
    for name, candidates in found.items():
        gold = example.gold[name]
        predictions = [Prediction(text[each.start : each.end], each.score) for each in candidates]
        into.counts[example.contract.id, name] = count(gold, predictions)
        right = tuple(bool(gold.hits(each.text)) for each in predictions)
        into.judged[name].append(Judged(tuple(c.score for c in candidates), right, bool(gold.answers)))
