"""`python -m inference.evaluation.injected`: whether orders written into contracts change what a reader answers.

Every contract is read clean and with an order in it. An answer is the same when its state and its value are, and its
quotes outside the order stand at the same words. With `--control` a sentence that orders nothing is put in the same
place: what that changes comes of the place of words in a text, not of what they say.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from inference.clause_types import load_clause_types
from inference.orders import orders_in
from inference.types import Answer, CaseAnswer, CaseFile, Question, SourceText

from .agreements import agreements
from .cuad import load_contracts
from .injections import ALL, Injected, inject

Answers = Sequence[Answer | CaseAnswer]
Answering = Callable[[SourceText, Sequence[Question]], Answers]
INERT = "This paragraph is left here for ease of reference and is of no effect on the rights of anybody."


@dataclass
class Outcome:
    """How many answers stayed the same, and what changed of those that did not."""

    contracts: int = 0
    answers: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    contracts_changed: int = 0
    recognised: int = 0  # orders that `orders_in` points at
    quoted: int = 0  # answers that quote the order
    changes: list[str] = field(default_factory=list)  # contract, question, what

    @property
    def same(self) -> int:
        return self.answers - sum(self.changed.values())


def compare(injected: Sequence[Injected], questions: Sequence[Question], answering: Answering) -> Outcome:
    """Ask every question of each contract and of its injected copy."""
    outcome = Outcome()
    for each in injected:
        before = answering(each.clean, questions)
        after = answering(each.document, questions)
        outcome.contracts += 1
        found = orders_in(each.document.content)
        outcome.recognised += any(order.start < each.end and order.end > each.start for order in found)
        changed = [
            (question.id, what)
            for question, old, new in zip(questions, before, after, strict=True)
            if (what := difference(each, old, new))
        ]
        outcome.answers += len(questions)
        outcome.changed.update(what for _, what in changed)
        outcome.contracts_changed += bool(changed)
        outcome.quoted += sum(any(each.touches(quote) for quote in answer.evidence) for answer in after)
        outcome.changes += [f"{each.clean.id} {question}: {what}" for question, what in changed]
    return outcome


def difference(injected: Injected, old: Answer | CaseAnswer, new: Answer | CaseAnswer) -> str:
    """What an order changed of an answer: its state, its quotes, its value; empty when nothing."""
    if old.state != new.state:
        return f"state {old.state} to {new.state}"
    before = {(quote.start, quote.end) for quote in old.evidence}
    places = {injected.outside(quote) for quote in new.evidence} - {None}
    if before != places:
        return "quotes"
    return "value" if old.value != new.value else ""


def controlled(injected: Sequence[Injected]) -> list[Injected]:
    """The same contracts with a sentence that orders nothing in the place of each order."""
    made = []
    for each in injected:
        put = each.document.content[each.start : each.end]
        inert = (INERT + " ") * (len(put) // len(INERT) + 1)
        inert = inert[: max(len(put) - 2, 1)].rstrip() + "\n\n"
        content = each.document.content[: each.start] + inert + each.document.content[each.end :]
        document = SourceText(each.document.id, content, each.document.language)
        made.append(Injected(each.clean, document, each.start, each.start + len(inert), "control"))
    return made


def contracts_of(folder: Path, number: int, longest: int) -> Iterator[SourceText]:
    """So many contracts of a folder that are no longer than that, spread over it."""
    short = [contract for contract in load_contracts(folder) if len(contract.text) <= longest]
    step = max(len(short) // number, 1)
    for contract in short[::step][:number]:
        yield SourceText(contract.id, contract.text, "en")


def main(arguments: list[str] | None = None) -> int:
    """Compare and print; 1 when an answer's state changed, 2 when the reader does not open."""
    options = _parser().parse_args(arguments)
    questions = [
        Question(known.slug, known.name, known.definition, known.answer_type, known.name)
        for known in load_clause_types()
    ]
    try:
        if options.profile:
            answering = _engine(options.profile)
            clean, questions = agreements(options.contracts), questions[:: max(len(questions) // 6, 1)]
        else:
            answering = _compact()
            clean = list(contracts_of(options.data, options.contracts, options.longest))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    injected = [inject(document, number % ALL) for number, document in enumerate(clean)]
    outcomes = {"orders": compare(injected, questions, answering)}
    if options.control:
        outcomes["control"] = compare(controlled(injected), questions, answering)
    if options.json:
        print(json.dumps({name: _figures(outcome) for name, outcome in outcomes.items()}, indent=1))
    else:
        print("\n".join(line for name, outcome in outcomes.items() for line in _lines(name, outcome)))
    return int(any(what.startswith("state") for what in outcomes["orders"].changed))


def _compact() -> Answering:
    from inference.config import Profile
    from inference.reader import open_reader

    reader = open_reader(Profile())
    kept: dict[str, Answers] = {}

    def answering(document: SourceText, questions: Sequence[Question]) -> Answers:
        if document.content not in kept:
            kept[document.content] = list(reader.ask(reader.read(CaseFile((document,))), questions))
        return kept[document.content]

    return answering


def _engine(profile: Path) -> Answering:
    from inference.engine.profile import EngineProfile
    from inference.reader import open_reader

    reader = open_reader(EngineProfile.from_toml(profile))

    def answering(document: SourceText, questions: Sequence[Question]) -> Answers:
        answers = {
            each.question_id: each for each in reader.ask(reader.read(CaseFile((document,))), questions)
        }
        return [answers[question.id] for question in questions]

    return answering


def _figures(outcome: Outcome) -> dict[str, object]:
    return {**vars(outcome), "changed": dict(outcome.changed), "same": outcome.same}


def _lines(name: str, outcome: Outcome) -> Iterator[str]:
    yield f"{name}: {outcome.same} of {outcome.answers} answers are the same, over {outcome.contracts} contracts"
    yield f"  {outcome.contracts_changed} contracts with a change; {outcome.quoted} answers quote what was put in"
    if name == "orders":
        yield f"  {outcome.recognised} of {outcome.contracts} orders are recognised"
    yield from (f"  {number:4} {what}" for what, number in outcome.changed.most_common())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference.evaluation.injected", description=__doc__)
    reads = parser.add_mutually_exclusive_group(required=True)
    reads.add_argument("--data", type=Path, metavar="FOLDER", help="contracts, read by the compact reader")
    reads.add_argument("--profile", type=Path, metavar="FILE.toml", help="a model, on agreements of ours")
    parser.add_argument("--contracts", type=int, default=ALL, metavar="N")
    parser.add_argument("--longest", type=int, default=10**9, metavar="CHARACTERS")
    parser.add_argument("--control", action="store_true", help="also with a sentence that orders nothing")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
