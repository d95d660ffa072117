"""Cross-validation of the whole compact reader by contract, and the report of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from inference.clause_types import load_clause_types
from inference.compact.bars import Judged
from inference.compact.candidates import Candidate
from inference.compact.examples import Example, prepare
from inference.compact.fit_compact import FirstLooks, Say, out_of_fold

from .cuad import fold_of_each, load_contracts
from .metric import CONTAINMENT, Counts, Key, Prediction, Scores, by_category, count, scores, total


@dataclass(frozen=True)
class CrossValidated:
    """Counts by contract and clause type, and every clause type's judged candidates, all out of fold."""

    counts: dict[Key, Counts]
    judged: dict[str, list[Judged]]


@dataclass(frozen=True)
class Report:
    """The official figures: pooled, pooled without Parties, the mean of the types' areas, and by type."""

    pooled: Scores
    without_parties: Scores
    macro_aupr: float
    by_type: dict[str, Scores]
    quiet_precision: float
    quiet_recall: float

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)


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


def report(validated: CrossValidated, quiet: dict[str, float | None]) -> Report:
    """All figures of a cross-validation; `quiet` are the bars of the first view."""
    types = {name: scores(counts) for name, counts in by_category(validated.counts).items()}
    rest = [counts for (_, name), counts in validated.counts.items() if name != CONTAINMENT]
    precision, recall = _quiet_view(validated, quiet)
    return Report(
        pooled=scores(total(validated.counts.values())),
        without_parties=scores(total(rest)),
        macro_aupr=sum(own.aupr for own in types.values()) / len(types),
        by_type=types,
        quiet_precision=precision,
        quiet_recall=recall,
    )


def _quiet_view(validated: CrossValidated, quiet: dict[str, float | None]) -> tuple[float, float]:
    """What is shown first: the share that is right, and the share of contracts with an answer that show a right one."""
    shown = right = with_answer = answered = 0
    for name, rows in validated.judged.items():
        bar = quiet[name]
        for one in rows:
            first = [r for s, r in zip(one.scores, one.right, strict=True) if bar is not None and s >= bar]
            shown, right = shown + len(first), right + sum(first)
            with_answer, answered = with_answer + one.has_answer, answered + any(first)
    return right / max(shown, 1), answered / max(with_answer, 1)


def lines(figures: Report) -> Sequence[str]:
    """The report as a table for people."""
    rows = [f"{'clause type':36} {'answers':>7} {'AUPR':>6} {'P@80R':>6} {'P@90R':>6} {'recall':>6}"]
    named = [("all", figures.pooled), ("all but Parties", figures.without_parties), *figures.by_type.items()]
    for name, own in named:
        rows.append(
            f"{name:36} {own.answers:7d} {own.aupr:6.3f} {own.precision_at_80:6.3f}"
            f" {own.precision_at_90:6.3f} {own.recall:6.3f}"
        )
    rows.append(f"mean AUPR of the types {figures.macro_aupr:.3f}")
    rows.append(f"first view: right {figures.quiet_precision:.3f}, answered {figures.quiet_recall:.3f}")
    return rows
