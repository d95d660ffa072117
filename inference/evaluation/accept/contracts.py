"""Twenty short contracts of our own and what is asked about them, with the right answers; the same every time.

The sentences stand in `contracts.json`. Of the four questions about a contract three have an answer in it.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from inference.clause_types import load_clause_types
from inference.types import CaseAnswer, CaseFile, Question, SourceText

COUNT = 20
_FOUND, _ABSENT, _FILLERS = 3, 1, 5
_BANK = Path(__file__).with_name("contracts.json")


@dataclass(frozen=True)
class Known:
    """A question and its right answer: `clause` is the sentence that answers it, empty where none does."""

    question: Question
    clause: str = ""
    value: Any = None


@dataclass(frozen=True)
class Contract:
    """One contract and what is known of it."""

    title: str
    case_file: CaseFile
    known: tuple[Known, ...]


def contracts() -> tuple[Contract, ...]:
    """All twenty, each with four questions."""
    return tuple(_contract(number) for number in range(COUNT))


def is_right(known: Known, answer: CaseAnswer) -> bool:
    """Whether the state is right, each quote lies in the sentence that answers, and the value is the known one."""
    if not known.clause:
        return answer.state == "not_found"
    quoted = [each.quote for each in answer.evidence]
    stands = bool(quoted) and all(quote in known.clause for quote in quoted)
    given = asdict(answer.value) if answer.value is not None else None
    return answer.state == "found" and stands and (known.value is None or _says(given, known.value))


def _says(given: Any, wanted: Any) -> bool:
    """Whether a value says at least what is wanted of it."""
    if isinstance(wanted, Mapping):
        return isinstance(given, Mapping) and all(
            key in given and _says(given[key], value) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return len(given) == len(wanted) and all(map(_says, given, wanted))
    return bool(given == wanted)


@cache
def _bank() -> dict[str, Any]:
    bank: dict[str, Any] = json.loads(_BANK.read_text(encoding="utf-8"))
    return bank


def _contract(number: int) -> Contract:
    draw = random.Random(number)
    bank = _bank()
    cast = bank["casts"][number % len(bank["casts"])]
    topics = draw.sample(bank["topics"], _FOUND + _ABSENT)
    variants = [draw.choice(topic["variants"]) for topic in topics]
    sentences = [variant["text"].format(**cast) for variant in variants]
    fillers = [filler.format(**cast) for filler in draw.sample(bank["fillers"], _FILLERS)]
    clauses = sentences[:_FOUND] + fillers
    draw.shuffle(clauses)
    own = f"contract {number + 1}"
    known = tuple(
        Known(_question(topic["type"], own), sentence, variant["value"])
        if place < _FOUND
        else Known(_question(topic["type"], own))
        for place, (topic, variant, sentence) in enumerate(zip(topics, variants, sentences, strict=True))
    )
    document = SourceText(own, _written(cast, clauses), "en")
    return Contract(cast["title"], CaseFile((document,)), known)


def _question(name: str, contract: str) -> Question:
    """A clause type as the service asks it."""
    (kind,) = (known for known in load_clause_types() if known.name == name)
    return Question(f"{contract} {name}", kind.name, kind.definition, kind.answer_type, kind.name)


def _written(cast: Mapping[str, str], clauses: Sequence[str]) -> str:
    parties = f"{cast['a']} (“{cast['A']}”) and {cast['b']} (“{cast['B']}”) agree:"
    numbered = (f"{number}. {clause}" for number, clause in enumerate(clauses, start=1))
    return "\n\n".join((cast["title"], parties, *numbered)) + "\n"
