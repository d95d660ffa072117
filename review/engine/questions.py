"""What is asked: clause types, questions, and the hashes that tell one asking from another. Knows no reader."""

import hashlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ClauseType:
    """One clause type the readers know: what it is, and the type of its answer."""

    key: str
    name: str
    definition: str
    answer_type: str
    clause_type: str
    severity: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a reader sees it; `head` is what a matter has learned of it, as plain values."""

    id: str
    name: str
    definition: str
    answer_type: str
    clause_type: str
    examples: tuple[str, ...] = ()
    head: dict[str, Any] | None = None
    edition: str = ""  # tells the same words, asked anew or with another head, from what was asked before


def clause_types() -> list[ClauseType]:
    """The clause types every reader knows, in their usual order."""
    from inference.clause_types import load_clause_types

    return [
        ClauseType(
            key=known.slug,
            name=known.name,
            definition=known.definition,
            answer_type=known.answer_type,
            clause_type=known.name,
            severity=known.severity,
            examples=known.examples,
        )
        for known in load_clause_types()
    ]


def asked_hash(asked: Asked) -> str:
    """What is asked: the question to its words, and the edition that names what was learned of it. Needs no reader."""
    words = (asked.id, asked.name, asked.definition, asked.answer_type, asked.clause_type, asked.edition)
    return hashlib.sha256("\0".join((*words, *asked.examples)).encode()).hexdigest()


def recipe_hash(fingerprint: str, asked: Asked) -> str:
    """What makes two answers the same: the reader to its weights, and what is asked of it."""
    return hashlib.sha256(f"{fingerprint}\0{asked_hash(asked)}".encode()).hexdigest()


def recipe_in_case(recipe: str, case_key: str) -> str:
    """The same for one case file: what stands beside a document may change what is found in it."""
    return hashlib.sha256(f"{recipe}\0{case_key}".encode()).hexdigest()


def to_ask(asked: Asked) -> Any:
    """The question as `inference` takes it."""
    from inference.types import Head, Question

    return Question(
        id=asked.id,
        name=asked.name,
        definition=asked.definition,
        answer_type=asked.answer_type,
        clause_type=asked.clause_type or None,
        examples=asked.examples,
        head=Head(**asked.head) if asked.head else None,
    )
