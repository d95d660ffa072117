"""Planted facts through the memory and through a whole window, side by side. Knows readers and what is right."""

import re
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from inference.beyond.memory import MatterMemory
from inference.beyond.reader import BeyondReader
from inference.beyond.reading import BeyondReading
from inference.engine.reader import EngineReader
from inference.evaluation.needle.agreements import Clause, asked_for
from inference.evaluation.needle.intervals import NONE, Share
from inference.types import CaseAnswer, CaseFile, Evidence
from inference.verify import refusals

from .plant import KINDS_OF_FACT, Fact, Planted

_SPEAKS_OF = re.compile(r"under clause ([\w-]+)")
Ask = Callable[[Sequence[str]], dict[str, CaseAnswer]]


@dataclass
class Found:
    """Shares of one way of reading: facts right by kind, absent names said not found, quotes exact, and its seconds."""

    right: dict[str, Share] = field(default_factory=lambda: dict.fromkeys(KINDS_OF_FACT, NONE))
    absent: Share = NONE
    quotes: Share = NONE
    seconds: float = 0.0
    questions: int = 0

    @property
    def all(self) -> Share:
        """Facts of every kind."""
        return sum(self.right.values(), NONE)

    def json(self) -> dict[str, Any]:
        """Stable keys."""
        return {
            "right": self.all.json(),
            "by_kind": {kind: share.json() for kind, share in self.right.items()},
            "absent": self.absent.json(),
            "exact_quotes": self.quotes.json(),
            "questions": self.questions,
            "processor_seconds": round(self.seconds, 2),
        }


def beyond(
    reader: BeyondReader[Any], reading: BeyondReading, planted: Planted
) -> tuple[Found, dict[str, Any]]:
    """All facts asked of the whole matter; beside the shares, what was read again for them."""
    begun = time.process_time()
    answers: dict[str, CaseAnswer] = {}

    def ask(names: Sequence[str]) -> None:
        questions = [asked_for(name, way) for way, name in enumerate(dict.fromkeys(names))]
        new = [each for each in questions if each.id not in answers]
        answers.update({each.question_id: each for each in reader.ask(reading, new, second_reading=False)})

    ask([fact.clauses[0].name for fact in planted.facts])
    ask([name for fact in planted.facts if (name := _named(fact, answers))])
    ask(planted.absent)
    found = Found(seconds=time.process_time() - begun, questions=len(answers))
    for fact in planted.facts:
        found.right[fact.kind] += Share(_is_right(fact, answers), 1)
    found.absent = _not_found(planted.absent, answers)
    found.quotes = _exact(answers.values(), planted.case_file)
    return found, _reach(planted, answers)


def whole(reader: EngineReader, planted: Planted) -> Found:
    """The same facts, each asked of case files that stand before the model at once."""
    begun = time.process_time()
    by_case: dict[CaseFile, set[str]] = defaultdict(set)
    for rows in planted.whole:
        for case_file, clause in rows:
            by_case[case_file].add(clause.name)
    absent = dict(zip(by_case, _dealt(planted.absent, len(by_case)), strict=True))
    answered: dict[tuple[CaseFile, str], CaseAnswer] = {}
    found = Found()
    for case_file, names in by_case.items():
        asked = [asked_for(name, way) for way, name in enumerate(sorted(names | set(absent[case_file])))]
        answers = {
            each.question_id: each for each in reader.ask(reader.read(case_file), asked, second_reading=False)
        }
        answered |= {(case_file, key): each for key, each in answers.items()}
        found.quotes += _exact(answers.values(), case_file)
        found.absent += _not_found(absent[case_file], answers)
        found.questions += len(answers)
    for fact, rows in zip(planted.facts, planted.whole, strict=True):
        right = all(
            _quotes(answered[case_file, asked_for(clause.name).id], [clause]) for case_file, clause in rows
        )
        found.right[fact.kind] += Share(right, 1)
    found.seconds = time.process_time() - begun
    return found


def state(memory: MatterMemory, seconds: float) -> dict[str, Any]:
    """How large the memory is, what it covers, and what making it took; `made_seconds` of the processor."""
    coverage = memory.coverage
    millions = coverage.characters / 1_000_000
    return {
        "documents": coverage.documents,
        "characters": coverage.characters,
        "passages": memory.passages,
        "coverage": coverage.characters_searched / max(1, coverage.characters),
        "unreadable": list(coverage.unreadable),
        "memory_bytes": memory.size,
        "memory_bytes_a_million_characters": round(memory.size / millions) if millions else 0,
        "made_seconds": round(seconds, 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _named(fact: Fact, answers: dict[str, CaseAnswer]) -> str:
    """The clause that a quoted one speaks of, as the answer has it."""
    if fact.kind != "chain":
        return ""
    quotes = answers[asked_for(fact.clauses[0].name).id].evidence
    spoken = _SPEAKS_OF.search(quotes[0].quote) if quotes else None
    return spoken[1] if spoken else ""


def _is_right(fact: Fact, answers: dict[str, CaseAnswer]) -> bool:
    """Whether a fact was found with the words of its clauses and no others."""
    if fact.kind == "both":
        return _quotes(answers[asked_for(fact.clauses[0].name).id], fact.clauses)
    given = [answers.get(asked_for(clause.name).id) for clause in fact.clauses]
    return all(
        answer is not None and _quotes(answer, [clause])
        for answer, clause in zip(given, fact.clauses, strict=True)
    )


def _quotes(answer: CaseAnswer, clauses: Sequence[Clause]) -> bool:
    wanted = {(clause.document_id, clause.start, clause.end, clause.text) for clause in clauses}
    given = [(each.document_id, each.start, each.end, each.quote) for each in answer.evidence]
    return answer.state == "found" and len(given) == len(wanted) and set(given) == wanted


def _not_found(names: Iterable[str], answers: dict[str, CaseAnswer]) -> Share:
    said = [answers[asked_for(name).id].state == "not_found" for name in names]
    return Share(sum(said), len(said))


def _exact(answers: Iterable[CaseAnswer], case_file: CaseFile) -> Share:
    contents = {document.id: document.content for document in case_file.documents}
    quotes: list[Evidence] = [quote for answer in answers for quote in answer.evidence]
    return Share(len(quotes) - len(refusals(quotes, contents)), len(quotes))


def _reach(planted: Planted, answers: dict[str, CaseAnswer]) -> dict[str, Any]:
    """How many planted clauses stood before the model, and how much was read again for a question."""
    reached = NONE
    for fact in planted.facts:
        for clause in fact.clauses:
            answer = answers.get(asked_for(clause.name).id)
            read = answer.coverage.read_again if answer and answer.coverage else ()
            held = any(
                each.document_id == clause.document_id
                and each.start <= clause.start
                and clause.end <= each.end
                for each in read
            )
            reached += Share(held, 1)
    covered = [each.coverage for each in answers.values() if each.coverage]
    return {
        "clauses_read_again": reached.json(),
        "characters_read_again_a_question": round(
            sum(c.characters_read_again for c in covered) / max(1, len(covered))
        ),
        "rounds_a_question": round(sum(c.rounds for c in covered) / max(1, len(covered)), 2),
        "tokens_a_question": round(
            sum(a.usage.prefill_tokens for a in answers.values()) / max(1, len(answers))
        ),
    }


def _dealt(names: Sequence[str], hands: int) -> list[tuple[str, ...]]:
    return [tuple(names[hand::hands]) for hand in range(hands)]
