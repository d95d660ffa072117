"""The compact reader: one text read once, and every question about it answered. One reader a process."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .passages import Passage
from .questions import Asked, to_ask
from .values import plain


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer; `state` is found, not_found, unclear or not_readable, and its scores are of one `measure`."""

    question_id: str
    state: str
    score: float | None
    value: Any
    passages: tuple[Passage, ...]
    nearest: tuple[Passage, ...]
    characters_read: int
    characters_total: int
    usage: dict[str, float] = field(default_factory=dict)
    miss_rate: float | None = None  # how often "not found" was wrong for this question when that was measured
    measure: str = "chance"  # or "likeness", which is none
    thorough: float | None = None  # the score from which little was missed when that was measured
    thorough_recall: float | None = None  # of the contracts with an answer, how many showed it from there up


@lru_cache(maxsize=1)
def compact_reader() -> Any:
    """The one compact reader of this process, opened when it is first wanted."""
    from inference.config import Profile
    from inference.reader import open_reader

    return open_reader(Profile(kind="compact"))


def reader_kind() -> str:
    """Which reader answers: later a choice per organization."""
    return "compact"


def reader_fingerprint() -> str:
    """The reader to its weights and code, so that a finding can be recomputed."""
    fingerprint = compact_reader().fingerprint
    return f"{fingerprint.weights}:{fingerprint.code}"


def read_text(
    text_id: str,
    content: str,
    language: str | None,
    questions: Sequence[Asked],
    *,
    kept: bytes | None = None,
    keep: Callable[[bytes], None] | None = None,
) -> Iterator[Answered]:
    """Read one text once and answer every question about it.

    `keep` is given what need not be made again for the next question of the firm's own; `kept` is what this same
    reader, by its fingerprint, gave to keep before.
    """
    from inference.types import CaseFile, SourceText

    reader = compact_reader()
    case_file = CaseFile((SourceText(id=text_id, content=content, language=language),))
    reading = reader.read(case_file, {text_id: kept} if kept else None)
    for answer in reader.ask(reading, tuple(map(to_ask, questions))):
        yield Answered(
            question_id=answer.question_id,
            state=answer.state,
            score=answer.score,
            value=plain(answer.value),
            passages=(*_passages(answer.evidence, quiet=True), *_passages(answer.possible, quiet=False)),
            nearest=tuple(_passages(answer.nearest, quiet=False)),
            characters_read=answer.coverage.characters_read,
            characters_total=answer.coverage.characters_total,
            usage={"seconds": answer.usage.seconds, "tokens": answer.usage.tokens},
            miss_rate=answer.miss_rate,
            measure=answer.measure,
            thorough=answer.points.thorough if answer.points else None,
            thorough_recall=answer.points.thorough_recall if answer.points else None,
        )
    if keep is not None and text_id in reading.to_keep:
        keep(reading.to_keep[text_id])


def _passages(found: Sequence[Any], *, quiet: bool) -> list[Passage]:
    return [Passage(each.start, each.end, each.quote, each.score, quiet) for each in found]
