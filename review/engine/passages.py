"""Ranges of one text that answer a question, and how alike two of them are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A verbatim range of the text in code points; quiet ones are shown first."""

    start: int
    end: int
    quote: str
    score: float | None  # None where the reader tells none
    is_quiet: bool


def word_overlap(one: str, other: str) -> float:
    """The share of words two passages have in common, 0 to 1, as the official metric counts it."""
    from inference.evaluation.metric import word_set

    ours, theirs = word_set(one), word_set(other)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0
