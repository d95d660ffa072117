"""The one door to `inference/`: plain values go in and come out, never a model instance. Knows no room.

Nothing heavy is imported until a reader is opened, and only workers open one.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
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
    """A question as a reader sees it."""

    id: str
    name: str
    definition: str
    answer_type: str
    clause_type: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A verbatim range of the text in code points; quiet ones are shown first."""

    start: int
    end: int
    quote: str
    score: float
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer; `state` is found, not_found, unclear or not_readable."""

    question_id: str
    state: str
    score: float
    value: Any
    passages: tuple[Passage, ...]
    nearest: tuple[Passage, ...]
    characters_read: int
    characters_total: int
    usage: dict[str, float] = field(default_factory=dict)
    miss_rate: float | None = None  # how often "not found" was wrong for this question when that was measured


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


def recipe_hash(fingerprint: str, questions: Sequence[Asked]) -> str:
    """What makes two readings the same: the reader to its weights, and the questions to their words."""
    digest = hashlib.sha256(fingerprint.encode())
    for asked in sorted(questions, key=lambda asked: asked.id):
        digest.update("\0".join((asked.id, asked.name, asked.definition, *asked.examples)).encode())
    return digest.hexdigest()


def word_overlap(one: str, other: str) -> float:
    """The share of words two passages have in common, 0 to 1, as the official metric counts it."""
    from inference.evaluation.metric import word_set

    ours, theirs = word_set(one), word_set(other)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


@lru_cache(maxsize=1)
def _reader() -> Any:
    from inference.config import Profile
    from inference.reader import open_reader

    return open_reader(Profile(kind="compact"))


def reader_kind() -> str:
    """Which reader answers: later a choice per organization."""
    return "compact"


def reader_fingerprint() -> str:
    """The reader to its weights and code, so that a finding can be recomputed."""
    fingerprint = _reader().fingerprint
    return f"{fingerprint.weights}:{fingerprint.code}"


def reader_languages() -> frozenset[str]:
    """The languages the reader was measured in."""
    return frozenset(_reader().languages)


def read_text(
    text_id: str, content: str, language: str | None, questions: Sequence[Asked]
) -> Iterator[Answered]:
    """Read one text once and answer every question about it."""
    from inference.types import CaseFile, Question, SourceText

    reader = _reader()
    reading = reader.read(CaseFile((SourceText(id=text_id, content=content, language=language),)))
    asked = tuple(
        Question(
            id=each.id,
            name=each.name,
            definition=each.definition,
            answer_type=each.answer_type,
            clause_type=each.clause_type or None,
            examples=each.examples,
        )
        for each in questions
    )
    for answer in reader.ask(reading, asked):
        yield Answered(
            question_id=answer.question_id,
            state=answer.state,
            score=answer.score,
            value=_plain(answer.value),
            passages=(*_passages(answer.evidence, quiet=True), *_passages(answer.possible, quiet=False)),
            nearest=tuple(_passages(answer.nearest, quiet=False)),
            characters_read=answer.coverage.characters_read,
            characters_total=answer.coverage.characters_total,
            usage={"seconds": answer.usage.seconds, "tokens": answer.usage.tokens},
            miss_rate=answer.miss_rate,
        )


def _passages(found: Sequence[Any], *, quiet: bool) -> list[Passage]:
    return [Passage(each.start, each.end, each.quote, each.score, quiet) for each in found]


def _plain(value: Any) -> Any:
    """A typed value as JSON: a date as ISO text, a duration as {"count", "unit"}, yes or no as a boolean, else text."""
    if value is None:
        return None
    fields = asdict(value)
    return next(iter(fields.values())) if len(fields) == 1 else fields
