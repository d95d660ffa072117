"""`python -m inference eval --gold`: the shipped reader against what a firm's own people decided.

A gold folder looks like the training folder: contracts.jsonl beside the texts it names. A row may say in `judged`
which clause types its people settled; the others are nobody's word and count nowhere.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.clause_types import ClauseType, load_clause_types
from inference.compact.reader import CompactReader
from inference.compact.weights import BadWeights
from inference.read_files import candidate_rows
from inference.types import Answer, CaseFile, Question, SourceText

from .cuad import Contract, load_contracts
from .metric import CONTAINMENT, Counts, Gold, Key, Prediction, Scores, by_category, count, scores, total

ENOUGH = 20  # answers of a type: with fewer, 95 % of chance alone covers more than about 35 points
_FIRST = 3  # candidates a lawyer looks at before giving up
_DRAWS = 1000  # resamples of the contracts
_SEED = 20
_BOUNDS = (2.5, 97.5)  # percentiles

Bounds = tuple[float, float]
Table = npt.NDArray[np.float64]


class BadGold(ValueError):
    """The folder is no gold folder; the message says why in one sentence."""


@dataclass(frozen=True)
class Judged:
    """One contract and clause type that people settled: what the reader showed first, and what it should have."""

    counts: Counts
    shown: int  # quotes the reader showed first
    right: int  # of these, those that match an answer
    answers: int
    met: int  # answers that a quote shown first matches
    in_first_three: bool | None  # a right one among the first three candidates; None where there is no answer


@dataclass(frozen=True)
class Share:
    """A share of `of` cases, with the interval that 95 % of resampled sets of contracts give."""

    share: float
    interval: Bounds
    of: int


@dataclass(frozen=True)
class TypeFigures:
    """One clause type on a firm's own contracts; `enough` is whether its answers carry any statement."""

    judged: int
    with_answer: int
    official: Scores
    precision: Share  # of the quotes shown first, those that are right
    recall: Share  # of the answers, those shown first
    in_first_three: Share  # of the contracts with an answer
    enough: bool


@dataclass(frozen=True)
class GoldReport:
    """All figures of one gold folder, and which reader was measured."""

    reader: str
    contracts: int
    pooled: Scores
    pooled_aupr_interval: Bounds
    without_parties: Scores
    precision: Share
    recall: Share
    by_type: dict[str, TypeFigures]
    enough_answers: int

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)


def evaluate_gold(folder: Path, weights: Path | None, *, as_json: bool) -> int:
    """Read a gold folder with the shipped reader and print what it got right; 2 when there is nothing to measure."""
    try:
        reader = CompactReader.open(weights)
        contracts = load_gold(folder)
        figures = measure(reader, contracts)
    except (BadGold, BadWeights) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: it cannot be read ({error.strerror}).", file=sys.stderr)
        return 2
    print(json.dumps(figures.as_json(), indent=1) if as_json else "\n".join(gold_lines(figures)))
    return 0


def load_gold(folder: Path) -> list[Contract]:
    """The contracts of a gold folder. Raises BadGold when it is none, OSError when it cannot be read."""
    if not (folder / "contracts.jsonl").is_file():
        raise BadGold(f"{folder}: there is no contracts.jsonl in this folder.")
    try:
        contracts = load_contracts(folder)
    except (ValueError, KeyError, AssertionError, TypeError) as error:
        raise BadGold(f"{folder}: contracts.jsonl is damaged ({type(error).__name__}).") from error
    if not contracts:
        raise BadGold(f"{folder}: there is no contract in contracts.jsonl.")
    for contract in contracts:
        if any(not 0 <= span.start < span.end <= len(contract.text) for span in contract.spans):
            raise BadGold(f"{folder}: {contract.id} has an answer outside its text.")
    return contracts


def measure(reader: CompactReader, contracts: Sequence[Contract]) -> GoldReport:
    """What the reader gets right on contracts whose answers people know. Raises BadGold where nothing was judged."""
    judged = dict(_judged(reader, contracts))
    if not judged:
        raise BadGold("No contract of this folder has a judged clause type.")
    ids = [contract.id for contract in contracts]
    draws = _resamples(len(ids))
    counts = {key: one.counts for key, one in judged.items()}
    rest = (one for (_, name), one in counts.items() if name != CONTAINMENT)
    return GoldReport(
        reader=str(reader.fingerprint),
        contracts=len({contract for contract, _ in judged}),
        pooled=scores(total(counts.values())),
        pooled_aupr_interval=_aupr_interval(ids, counts, draws),
        without_parties=scores(total(rest)),
        precision=_share(ids, judged, draws, "right", "shown"),
        recall=_share(ids, judged, draws, "met", "answers"),
        by_type={
            name: _of_type(ids, {key: one for key, one in judged.items() if key[1] == name}, draws, official)
            for name, official in sorted(by_category(counts).items())
        },
        enough_answers=ENOUGH,
    )


def _of_type(ids: Sequence[str], judged: Mapping[Key, Judged], draws: Table, counts: Counts) -> TypeFigures:
    with_answer = sum(one.answers > 0 for one in judged.values())
    return TypeFigures(
        judged=len(judged),
        with_answer=with_answer,
        official=scores(counts),
        precision=_share(ids, judged, draws, "right", "shown"),
        recall=_share(ids, judged, draws, "met", "answers"),
        in_first_three=_share(ids, judged, draws, "in_first_three", ""),
        enough=counts.answers >= ENOUGH,
    )


def _judged(reader: CompactReader, contracts: Sequence[Contract]) -> Iterator[tuple[Key, Judged]]:
    known = load_clause_types()
    for contract in contracts:
        wanted = [each for each in known if contract.judged is None or each.name in contract.judged]
        if not wanted:
            continue
        candidates: dict[str, list[Prediction]] = {}
        for row in candidate_rows(reader, contract.id, contract.text):
            score = float(str(row["score"]))
            candidates.setdefault(str(row["clause_type"]), []).append(Prediction(str(row["quote"]), score))
        for answer in _answers(reader, contract, wanted):
            yield (
                (contract.id, answer.question_id),
                _judge(contract, answer, candidates.get(answer.question_id, [])),
            )


def _answers(reader: CompactReader, contract: Contract, wanted: Sequence[ClauseType]) -> Iterator[Answer]:
    reading = reader.read(CaseFile((SourceText(contract.id, contract.text),)))
    questions = [
        Question(each.name, each.name, each.definition, each.answer_type, each.name) for each in wanted
    ]
    return reader.ask(reading, questions)


def _judge(contract: Contract, answer: Answer, candidates: Sequence[Prediction]) -> Judged:
    name = answer.question_id
    spans = [contract.text[span.start : span.end] for span in contract.spans if span.category == name]
    gold = Gold(name, spans)
    shown = [gold.hits(quote.quote) for quote in answer.evidence]
    first = any(gold.hits(each.text) for each in candidates[:_FIRST])
    return Judged(
        counts=count(gold, candidates),
        shown=len(shown),
        right=sum(bool(hits) for hits in shown),
        answers=len(spans),
        met=len({number for hits in shown for number in hits}),
        in_first_three=first if spans else None,
    )


def _resamples(contracts: int) -> Table:
    """How often each contract stands in each resample: [draws, contracts]."""
    drawn = np.random.default_rng(_SEED).multinomial(contracts, np.full(contracts, 1 / contracts), _DRAWS)
    return np.asarray(drawn, np.float64)


def _share(ids: Sequence[str], judged: Mapping[Key, Judged], draws: Table, part: str, whole: str) -> Share:
    """`part` of `whole`, pooled; an empty `whole` counts the pairs where `part` is known."""
    place = {contract: number for number, contract in enumerate(ids)}
    sums = np.zeros((len(ids), 2))
    for (contract, _), one in judged.items():
        value = getattr(one, part)
        sums[place[contract]] += (value or 0, getattr(one, whole) if whole else value is not None)
    have, of = sums.sum(axis=0)
    drawn = draws @ sums
    known = drawn[drawn[:, 1] > 0]
    bounds = np.percentile(known[:, 0] / known[:, 1], _BOUNDS) if len(known) else (0.0, 1.0)
    return Share(float(have / of) if of else 0.0, (float(bounds[0]), float(bounds[1])), int(of))


def _aupr_interval(ids: Sequence[str], counts: Mapping[Key, Counts], draws: Table) -> Bounds:
    place = {contract: number for number, contract in enumerate(ids)}
    width = len(next(iter(counts.values())).found)
    found, wrong, answers = np.zeros((len(ids), width)), np.zeros((len(ids), width)), np.zeros(len(ids))
    for (contract, _), one in counts.items():
        number = place[contract]
        found[number] += one.found
        wrong[number] += one.wrong
        answers[number] += one.answers
    drawn = [
        scores(Counts(tuple(map(int, f)), tuple(map(int, w)), int(a))).aupr
        for f, w, a in zip(draws @ found, draws @ wrong, draws @ answers, strict=True)
    ]
    low, high = np.percentile(drawn, _BOUNDS)
    return float(low), float(high)


def gold_lines(figures: GoldReport) -> list[str]:
    """The report as a table for people."""
    pooled, (low, high) = figures.pooled, figures.pooled_aupr_interval
    rows = [
        f"reader {figures.reader}, {figures.contracts} contracts, {pooled.answers} answers",
        f"all types: AUPR {pooled.aupr:.3f} ({low:.3f} to {high:.3f}), P@80R {pooled.precision_at_80:.3f},"
        f" P@90R {pooled.precision_at_90:.3f}, recall reached {pooled.recall:.3f}",
        f"all but Parties: AUPR {figures.without_parties.aupr:.3f}",
        f"shown first: {_in_words(figures.precision)} of the quotes right;"
        f" {_in_words(figures.recall)} of the answers shown",
        "",
        f"{'clause type':36} {'judged':>6} {'answers':>7} {'AUPR':>6} {'P@80R':>6}"
        f" {'right of those shown':>24} {'shown of the answers':>24} {'in first three':>24}",
    ]
    return rows + [_type_line(name, own) for name, own in figures.by_type.items()]


def _type_line(name: str, own: TypeFigures) -> str:
    line = f"{name:36} {own.judged:6d} {own.official.answers:7d}"
    if not own.enough:
        return (
            f"{line} too few answers for a share ({own.official.answers} of the {ENOUGH} it takes):"
            f" {_counted(own.precision)} quotes shown were right, {_counted(own.recall)} answers were shown"
        )
    shares = " ".join(f"{_in_words(each):>24}" for each in (own.precision, own.recall, own.in_first_three))
    return f"{line} {own.official.aupr:6.3f} {own.official.precision_at_80:6.3f} {shares}"


def _counted(one: Share) -> str:
    return f"{round(one.share * one.of)} of {one.of}"


def _in_words(one: Share) -> str:
    if not one.of:
        return "none"
    return f"{one.share:.3f} ({one.interval[0]:.2f} to {one.interval[1]:.2f})"
