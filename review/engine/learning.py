"""What people's decisions teach the compact reader: in one matter, and by vectors across several."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .compact import compact_reader
from .questions import Asked, to_ask


@dataclass(frozen=True, slots=True)
class JudgedSpan:
    """A range of a text that people said answers a question, or does not."""

    start: int
    end: int
    right: bool


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text with what people said of its passages."""

    text_id: str
    content: str
    spans: tuple[JudgedSpan, ...]


@dataclass(frozen=True, slots=True)
class SharedVectors:
    """What one matter teaches of a question without its words: `vectors` are float16 [passages, dim], row by row."""

    made_by: str
    asks: str
    vectors: bytes
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of fitting a head: the head as plain values where it is kept, why, and by which figures."""

    head: dict[str, Any] | None
    reason: str
    right: int
    wrong: int
    figures: dict[str, dict[str, float]]  # "with_head" and "zero_shot", each {"aupr", "log_loss"}
    made_by: str  # what made the vectors it stands on


def vectors_made_by() -> str:
    """What makes the vectors that heads stand on; a head of another making is left aside."""
    return str(compact_reader().vectors_made_by)


def fit_head(asked: Asked, judged: Sequence[JudgedText]) -> Learned:
    """What people's decisions about one question teach the reader; a head only where it beats likeness."""
    return _learned(compact_reader().fit_head(to_ask(asked), _judged(judged)))


def shared_vectors(asked: Asked, judged: Sequence[JudgedText]) -> SharedVectors:
    """What people's decisions in one matter are to others: vectors and labels, without a word of a text."""
    made = compact_reader().judged_vectors(to_ask(asked), _judged(judged))
    return SharedVectors(made.made_by, made.asks, made.vectors, made.right)


def fit_shared_head(asked: Asked, taught: Sequence[SharedVectors]) -> Learned:
    """What several matters teach together; a head only where it beats likeness on matters it has not seen."""
    from inference.types import JudgedVectors

    lessons = [JudgedVectors(each.made_by, each.asks, each.vectors, each.right) for each in taught]
    return _learned(compact_reader().fit_shared_head(to_ask(asked), lessons))


def _judged(judged: Sequence[JudgedText]) -> list[Any]:
    from inference import types

    return [
        types.JudgedText(
            types.SourceText(each.text_id, each.content),
            tuple(types.JudgedSpan(span.start, span.end, span.right) for span in each.spans),
        )
        for each in judged
    ]


def _learned(trial: Any) -> Learned:
    figures = {"with_head": trial.with_head, "zero_shot": trial.zero_shot}
    return Learned(
        head=asdict(trial.head) if trial.head else None,
        reason=trial.reason,
        right=trial.right,
        wrong=trial.wrong,
        figures={name: asdict(figure) for name, figure in figures.items() if figure},
        made_by=vectors_made_by(),
    )
