"""The official CUAD metric: word-set Jaccard of 0.5 at 101 thresholds, pooled over contracts and clause types.

Knows strings and probabilities, not readers. Parties also match when a prediction contains the answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

MATCH = 0.5
THRESHOLDS = (*(round(0.99 - 0.01 * step, 2) for step in range(99)), 0.001, 0.0)
CONTAINMENT = "Parties"

Key = tuple[str, str]  # contract id, category


@dataclass(frozen=True)
class Prediction:
    """One candidate's words and its probability."""

    text: str
    score: float


class Placed(Protocol):
    """A candidate by its place: offsets and a probability."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def score(self) -> float: ...


@dataclass(frozen=True)
class Counts:
    """For each threshold: answers found, candidates that match no answer; and the number of answers."""

    found: tuple[int, ...]
    wrong: tuple[int, ...]
    answers: int

    def __add__(self, other: "Counts") -> "Counts":
        found = tuple(a + b for a, b in zip(self.found, other.found, strict=True))
        wrong = tuple(a + b for a, b in zip(self.wrong, other.wrong, strict=True))
        return Counts(found, wrong, self.answers + other.answers)


@dataclass(frozen=True)
class Scores:
    """Area under precision and recall, precision at two recalls, the highest recall reached."""

    aupr: float
    precision_at_80: float
    precision_at_90: float
    recall: float
    answers: int


NOTHING = Counts((0,) * len(THRESHOLDS), (0,) * len(THRESHOLDS), 0)


def word_set(text: str) -> frozenset[str]:
    """The words compared: small letters, without . , ; and :, a slash being a space."""
    for mark in ".,;:":
        text = text.replace(mark, "")
    return frozenset(text.lower().replace("/", " ").split())


class Gold:
    """The answers of one contract and category, ready to be compared with predictions."""

    def __init__(self, category: str, answers: Sequence[str]) -> None:
        self._contained = category == CONTAINMENT
        self.answers = tuple(answers)
        self._sets = [word_set(answer) for answer in answers]

    def hits(self, text: str) -> list[int]:
        """The numbers of the answers that a predicted text matches."""
        own = word_set(text) if self.answers else frozenset()
        return [n for n, answer in enumerate(self._sets) if self._matches(n, answer, text, own)]

    def _matches(self, number: int, answer: frozenset[str], text: str, own: frozenset[str]) -> bool:
        if self._contained and self.answers[number] in text:
            return True
        both = len(answer & own)
        return both > 0 and both >= MATCH * (len(answer) + len(own) - both)


def count(gold: Gold, predictions: Sequence[Prediction]) -> Counts:
    """Counts of one contract and category at every threshold."""
    return _counts(len(gold.answers), [(gold.hits(each.text), each.score) for each in predictions])


def count_places(answers: Sequence[tuple[int, int]], candidates: Sequence[Placed]) -> Counts:
    """The same by offsets: a candidate matches an answer when the characters of both overlap by half."""
    return _counts(len(answers), [(_places_hit(answers, each), each.score) for each in candidates])


def _places_hit(answers: Sequence[tuple[int, int]], own: Placed) -> list[int]:
    hits = []
    for number, (start, end) in enumerate(answers):
        both = min(end, own.end) - max(start, own.start)
        if both > 0 and both >= MATCH * (max(end, own.end) - min(start, own.start)):
            hits.append(number)
    return hits


def _counts(answers: int, matched: Iterable[tuple[list[int], float]]) -> Counts:
    best = [-1.0] * answers
    unmatched: list[float] = []
    for hits, score in matched:
        if not hits:
            unmatched.append(score)
        for n in hits:
            best[n] = max(best[n], score)
    found = tuple(sum(score >= bar for score in best) for bar in THRESHOLDS)
    wrong = tuple(sum(score >= bar for score in unmatched) for bar in THRESHOLDS)
    return Counts(found, wrong, answers)


def total(counts: Iterable[Counts]) -> Counts:
    """The sum over contracts, categories or both."""
    result = NOTHING
    for one in counts:
        result = result + one
    return result


def scores(counts: Counts) -> Scores:
    """The official figures from pooled counts; nothing to find gives zeros."""
    recalls, precisions = curve(counts)
    area = sum(
        (recalls[i] - recalls[i - 1]) * (precisions[i] + precisions[i - 1]) / 2
        for i in range(1, len(recalls))
    )
    at_80, at_90 = (precision_at(recalls, precisions, wanted) for wanted in (0.8, 0.9))
    return Scores(area, at_80, at_90, recalls[-1], counts.answers)


def curve(counts: Counts) -> tuple[list[float], list[float]]:
    """Recalls in rising order and the precision at each, made monotone from the right."""
    recalls, precisions = [0.0], [1.0]
    for found, wrong in zip(counts.found, counts.wrong, strict=True):
        if found + wrong:
            recalls.append(found / counts.answers if counts.answers else 0.0)
            precisions.append(found / (found + wrong))
    for i in range(len(precisions) - 2, -1, -1):
        precisions[i] = max(precisions[i], precisions[i + 1])
    return recalls, precisions


def precision_at(recalls: Sequence[float], precisions: Sequence[float], wanted: float) -> float:
    """The precision where the recall first reaches what is wanted; 0 where it never does."""
    return next((p for p, r in zip(precisions, recalls, strict=True) if r >= wanted), 0.0)


def by_category(counts: Mapping[Key, Counts]) -> dict[str, Counts]:
    """Pooled over contracts, one entry a category."""
    result: dict[str, Counts] = {}
    for (_, category), one in counts.items():
        result[category] = result.get(category, NOTHING) + one
    return result
