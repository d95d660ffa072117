"""Measures questions of a firm's own: clause types asked by name and definition alone, then learned from decisions.

A reviewer is played by the annotations: contract by contract the first passage is accepted where it is an answer,
the annotated words are chosen where it is not, and all passages are rejected where there is no answer. The rest of
the contracts, near-copies apart, then tell how well the question is answered with and without what was learned.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from inference.clause_types import ClauseType, load_clause_types
from inference.compact.candidates import Candidate, ReadText
from inference.compact.heads import fit_head
from inference.compact.own_questions import answer_own
from inference.compact.segments import split
from inference.compact.similar import Found, Passages, passages_of
from inference.types import JudgedSpan, JudgedText, Question, SourceText

from .cuad import Contract, fold_of_each, load_contracts

DECISIONS = (20, 40, 80)


@dataclass(frozen=True)
class Held:
    """A contract cut and put into vectors once."""

    contract: Contract
    read: ReadText
    passages: Passages


@dataclass(frozen=True)
class Line:
    """One clause type asked as a firm's own question, after so many decisions; figures over the other contracts."""

    name: str
    decisions: int
    kept: bool
    aupr: float
    aupr_learned: float
    first_right: float
    first_right_learned: float
    shown: int
    shown_right: int
    calibration: float


def measured(contracts: Sequence[Contract], types: Sequence[ClauseType]) -> Iterator[Line]:
    """One line a clause type and number of decisions."""
    folds = fold_of_each(contracts, 2)
    held = [_held(contract) for contract in contracts]
    learning = [each for each, fold in zip(held, folds, strict=True) if fold == 0]
    testing = [each for each, fold in zip(held, folds, strict=True) if fold == 1]
    for known in types:
        question = Question("own", known.name, known.definition, "text")
        for decisions in DECISIONS:
            yield _line(question, learning[:decisions], testing, decisions)


def _line(question: Question, learning: Sequence[Held], testing: Sequence[Held], decisions: int) -> Line:
    judged = [_decided(each, question) for each in learning]
    trial = fit_head(question, judged)
    plain = [(each, answer_own(each.read, each.passages, question)) for each in testing]
    taught = replace(question, head=trial.head)
    learned = [(each, answer_own(each.read, each.passages, taught)) for each in testing]
    shown = [(each, c) for each, found in learned for c in found.evidence]
    chances = [
        (c.score, _is_right(each, question, c)) for each, f in learned for c in (*f.evidence, *f.possible)
    ]
    return Line(
        question.name,
        decisions,
        trial.head is not None,
        _aupr(plain, question),
        _aupr(learned, question) if trial.head else float("nan"),
        _first(plain, question),
        _first(learned, question),
        len(shown),
        sum(_is_right(each, question, c) for each, c in shown),
        _error(chances) if trial.head else float("nan"),
    )


def _decided(each: Held, question: Question) -> JudgedText:
    """What the annotations say of what is offered, as a reviewer would."""
    offered = answer_own(each.read, each.passages, question).possible
    marked = [span for span in each.contract.spans if span.category == question.name]
    spans = [JudgedSpan(c.start, c.end, _is_right(each, question, c)) for c in offered]
    if spans and spans[0].right:
        spans = spans[:1]
    elif spans:
        spans = [span for span in spans if not span.right]
        spans += [JudgedSpan(chosen.start, chosen.end, True) for chosen in marked[:1]]
    return JudgedText(SourceText(each.contract.id, each.contract.text), tuple(spans))


def _is_right(each: Held, question: Question, candidate: Candidate) -> bool:
    """Whether a passage lies in an annotated answer, or holds half of one."""
    return bool(_answers_hit(each, question, candidate))


def _answers_hit(each: Held, question: Question, candidate: Candidate) -> list[int]:
    """The numbers of the contract's spans that a passage lies in or holds half of."""
    hit = []
    for number, span in enumerate(each.contract.spans):
        shared = min(span.end, candidate.end) - max(span.start, candidate.start)
        if span.category == question.name and 2 * shared >= min(
            span.end - span.start, candidate.end - candidate.start
        ):
            hit.append(number)
    return hit


def _aupr(found: Sequence[tuple[Held, Found]], question: Question) -> float:
    """Average precision: a sentence of an answer that was shown before adds nothing; answers never shown are missed."""
    scored = [
        (c.score, [(e.contract.id, n) for n in _answers_hit(e, question, c)])
        for e, f in found
        for c in (*f.evidence, *f.possible)
    ]
    answers = sum(span.category == question.name for e, _ in found for span in e.contract.spans)
    scored.sort(key=lambda pair: -pair[0])
    seen: set[tuple[str, int]] = set()
    right, area = 0, 0.0
    for rank, (_, hit) in enumerate(scored, start=1):
        right += bool(hit)
        area += len(set(hit) - seen) * right / rank
        seen.update(hit)
    return area / max(answers, 1)


def _first(found: Sequence[tuple[Held, Found]], question: Question) -> float:
    """How often the first passage is right where the contract has an answer."""
    asked = [(e, f) for e, f in found if any(s.category == question.name for s in e.contract.spans)]
    firsts = [(e, next(iter((*f.evidence, *f.possible)), None)) for e, f in asked]
    return sum(c is not None and _is_right(e, question, c) for e, c in firsts) / max(len(asked), 1)


def _error(chances: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error in ten bins of equal size."""
    ordered = sorted(chances)
    bins = [part for part in np.array_split(np.asarray(ordered, np.float64).reshape(-1, 2), 10) if len(part)]
    return float(
        sum(abs(part[:, 0].mean() - part[:, 1].mean()) * len(part) for part in bins) / max(len(ordered), 1)
    )


def _held(contract: Contract) -> Held:
    empty = np.zeros((0, 0), np.float32)
    read = ReadText(contract.text, tuple(split(contract.text)), 0, empty, empty)
    return Held(contract, read, passages_of(read))


def main() -> None:
    """Print the lines and their middle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--contracts", type=int, default=None, help="only so many contracts")
    parser.add_argument("--types", nargs="*", help="only these clause types")
    chosen = parser.parse_args()
    contracts = load_contracts(chosen.data)[: chosen.contracts]
    types = [known for known in load_clause_types() if not chosen.types or known.name in chosen.types]
    lines = list(measured(contracts, types))
    for line in lines:
        print(_in_words(line))
    for decisions in DECISIONS:
        print(_summary([line for line in lines if line.decisions == decisions], decisions))


def _in_words(line: Line) -> str:
    return (
        f"{line.name:36} {line.decisions:3} {'kept' if line.kept else '-':4}"
        f" AUPR {line.aupr:.3f} -> {line.aupr_learned:.3f}"
        f"  first right {line.first_right:.3f} -> {line.first_right_learned:.3f}"
        f"  shown {line.shown_right}/{line.shown}  calibration {line.calibration:.3f}"
    )


def _summary(lines: Sequence[Line], decisions: int) -> str:
    kept = [line for line in lines if line.kept]
    said = f"{decisions} decisions: {len(kept)} of {len(lines)} heads kept"
    if not kept:
        return said
    return (
        f"{said}; AUPR {_mean(kept, 'aupr')} -> {_mean(kept, 'aupr_learned')},"
        f" worse in {sum(line.aupr_learned < line.aupr for line in kept)};"
        f" first right {_mean(kept, 'first_right')} -> {_mean(kept, 'first_right_learned')};"
        f" shown first and right {sum(line.shown_right for line in kept)} of {sum(line.shown for line in kept)};"
        f" calibration {_mean(kept, 'calibration')}"
    )


def _mean(lines: Sequence[Line], figure: str) -> str:
    return f"{np.mean([getattr(line, figure) for line in lines]):.3f}"


if __name__ == "__main__":
    main()
