"""Learns one question of a firm's own from judged passages: a light logistic head, kept only where it helps.

Knows vectors and what people said of them, not what made the vectors. The head is fitted and compared over folds of
whole documents, since sentences of one document resemble each other; the same words count once.
"""

import base64
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.types import Figures, Head, HeadTrial, JudgedText, Question

from .context import Floats
from .headings import headings_of, under
from .segments import split
from .similar import Target, passage_vectors, target_of, vectors_made_by, words_of

FOLDS = 5
FEWEST = 5  # different passages that must be right, and as many wrong
PENALTY = 0.05  # of the head's weights; vectors are of length one
_LIKENESS_SCALE = 2.0  # so that likeness is punished less than any other direction
_STEPS = 30

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Different passages: vectors [n, dim], likeness [n], whether they are right [n], and their fold [n]."""

    vectors: Floats
    likeness: Floats
    right: Flags
    fold: npt.NDArray[np.int64]

    def where(self, chosen: Flags) -> "Judged":
        """Some of them."""
        return Judged(self.vectors[chosen], self.likeness[chosen], self.right[chosen], self.fold[chosen])


_Fitted = Callable[[Judged], Doubles]  # the log-odds of passages by what was fitted on others


@dataclass(frozen=True)
class _Line:
    """Log-odds as a weighted sum of features."""

    weights: Doubles
    bias: float

    def odds(self, features: Doubles) -> Doubles:
        """One a row."""
        result: Doubles = features @ self.weights + self.bias
        return result


def fit_head(question: Question, judged: Sequence[JudgedText]) -> HeadTrial:
    """Fit a head for a question, and keep it where it tells passages of unseen documents apart better than likeness.

    Better means, over folds of documents: a log-loss lower by more than the standard error of the difference, and
    an area under precision and recall that is no smaller. Likeness is compared as a chance too, fitted likewise.
    """
    return tried(question, prepared(target_of(question), judged), "documents")


def tried(question: Question, passages: Judged, apart: str) -> HeadTrial:
    """A head fitted on passages and kept only where it is better over their folds, which are whole `apart`."""
    right, wrong = int(passages.right.sum()), int((~passages.right).sum())
    if min(right, wrong) < FEWEST:
        reason = f"Learning needs {FEWEST} different passages that are right and {FEWEST} that are wrong."
        return HeadTrial(None, reason, right, wrong)
    if len(set(passages.fold)) < 2 or not _both_in_every_rest(passages):
        reason = f"The judged passages are of too few {apart} to tell what was learned."
        return HeadTrial(None, reason, right, wrong)
    headed, plain = _out_of_fold(passages, _head_on), _out_of_fold(passages, _likeness_on)
    with_head, zero_shot = (_figures(odds, passages.right) for odds in (headed, plain))
    gained = _losses(plain, passages.right) - _losses(headed, passages.right)
    error = float(gained.std(ddof=1)) / np.sqrt(len(gained))
    if float(gained.mean()) <= error or with_head.aupr < zero_shot.aupr:
        reason = f"It did not tell passages of other {apart} apart better than likeness does."
        return HeadTrial(None, reason, right, wrong, with_head, zero_shot)
    line, centre = _whole(passages, headed)
    head = Head(
        made_by=vectors_made_by(),
        asks=words_of(question),
        weights=_packed(line.weights),
        centre=_packed(centre),
        bias=line.bias,
    )
    reason = f"It tells passages of other {apart} apart better than likeness does."
    return HeadTrial(head, reason, right, wrong, with_head, zero_shot)


def is_usable(head: Head | None, question: Question) -> bool:
    """Whether a head was learned in the present space and for these words."""
    return head is not None and head.made_by == vectors_made_by() and head.asks == words_of(question)


def chances(head: Head, target: Target, passages: Floats) -> tuple[Floats, Floats]:
    """For each passage the chance that it is right, and how like it is to the question or to what was right."""
    centre, likeness = _unpacked(head.centre), target.likeness(passages)
    line = _Line(_unpacked(head.weights).astype(np.float64), head.bias)
    odds = line.odds(_features(passages, likeness, centre))
    pull: Floats = np.maximum(likeness, passages @ centre)
    return _chance(odds).astype(np.float32), pull


def prepared(target: Target, judged: Sequence[JudgedText]) -> Judged:
    """The passages of these texts as they are learned from.

    Different passages in order; where people differ over the same words, what most of them said, else wrong."""
    votes: dict[str, int] = {}
    fold: dict[str, int] = {}
    for number, one in enumerate(judged):
        for words, right in _compared(one):
            votes[words] = votes.get(words, 0) + (1 if right else -1)
            fold.setdefault(words, number % FOLDS)
    vectors = passage_vectors(list(votes))
    return Judged(
        vectors,
        target.likeness(vectors),
        np.asarray([vote > 0 for vote in votes.values()], np.bool_),
        np.asarray([fold[words] for words in votes], np.int64),
    )


def _compared(judged: JudgedText) -> Iterator[tuple[str, bool]]:
    """Each judged range as it is compared, below its heading, with white space made single."""
    text = judged.document.content
    segments = split(text)
    headings, starts = headings_of(text, segments), [segment.start for segment in segments]
    for span in judged.spans:
        at = bisect_right(starts, span.start) - 1
        heading = headings[at] if at >= 0 else ""
        yield " ".join(under(heading, text[span.start : span.end]).split()), span.right


def _both_in_every_rest(passages: Judged) -> bool:
    """Whether both right and wrong ones are left whichever fold is held out."""
    return all(
        set(passages.right[passages.fold != fold].tolist()) == {True, False} for fold in set(passages.fold)
    )


def _out_of_fold(passages: Judged, fit: Callable[[Judged], _Fitted]) -> Doubles:
    """The log-odds of each passage by a model that saw nothing of its fold."""
    odds = np.zeros(len(passages.right))
    for inside in _folds(passages):
        odds[inside] = fit(passages.where(~inside))(passages.where(inside))
    return odds


def _folds(passages: Judged) -> Iterator[Flags]:
    for fold in sorted(set(passages.fold.tolist())):
        yield passages.fold == fold


def _head_on(seen: Judged) -> _Fitted:
    centre = _centre(seen)
    line = _fit(_features(seen.vectors, seen.likeness, centre), seen.right, PENALTY)
    return lambda unseen: line.odds(_features(unseen.vectors, unseen.likeness, centre))


def _likeness_on(seen: Judged) -> _Fitted:
    line = _fit(_column(seen.likeness), seen.right, 1e-2)
    return lambda unseen: line.odds(_column(unseen.likeness))


def _column(likeness: Floats) -> Doubles:
    return likeness.astype(np.float64)[:, None] * _LIKENESS_SCALE


def _whole(passages: Judged, headed: Doubles) -> tuple[_Line, Floats]:
    """The head on all passages, its log-odds scaled as those of unseen ones had to be to become chances."""
    centre = _centre(passages)
    line = _fit(_features(passages.vectors, passages.likeness, centre), passages.right, PENALTY)
    scale = _fit(headed[:, None], passages.right, 1e-2)
    slope = max(float(scale.weights[0]), 0.1)
    return _Line(line.weights * slope, line.bias * slope + scale.bias), centre


def _centre(passages: Judged) -> Floats:
    """The middle of what was right, of length one."""
    middle = passages.vectors[passages.right].mean(axis=0)
    centre: Floats = (middle / max(float(np.linalg.norm(middle)), 1e-9)).astype(np.float32)
    return centre


def _features(vectors: Floats, likeness: Floats, centre: Floats) -> Doubles:
    """[n, dim + 2]: the vector, the likeness to the question, the likeness to what was right."""
    extra = np.stack([_LIKENESS_SCALE * likeness, _LIKENESS_SCALE * (vectors @ centre)], axis=1)
    return np.concatenate([vectors, extra], axis=1).astype(np.float64)


def _fit(features: Doubles, right: Flags, penalty: float) -> _Line:
    """Logistic regression by Newton's method, the squared weights punished and the bias left free.

    Solved in the space that the rows span, which a penalty by length allows: as many unknowns as passages at most.
    """
    _, _, basis = np.linalg.svd(features, full_matrices=False)
    inner = np.concatenate([features @ basis.T, np.ones((len(features), 1))], axis=1)
    ridge = np.diag([penalty] * (inner.shape[1] - 1) + [1e-6])
    solution = np.zeros(inner.shape[1])
    for _ in range(_STEPS):
        chance = _chance(inner @ solution)
        slope = inner.T @ (chance - right) + ridge @ solution
        bend = (inner * (chance * (1.0 - chance))[:, None]).T @ inner + ridge
        step = np.linalg.solve(bend, slope)
        solution -= step / max(1.0, float(np.abs(step).max()) / 4.0)
        if float(np.abs(step).max()) < 1e-6:
            break
    return _Line(basis.T @ solution[:-1], float(solution[-1]))


def _figures(odds: Doubles, right: Flags) -> Figures:
    return Figures(round(_aupr(odds, right), 4), round(float(_losses(odds, right).mean()), 4))


def _losses(odds: Doubles, right: Flags) -> Doubles:
    """The log-loss of each passage."""
    losses: Doubles = np.logaddexp(0.0, np.where(right, -odds, odds))
    return losses


def _aupr(odds: Doubles, right: Flags) -> float:
    """Area under precision and recall, equal scores taken together (average precision)."""
    order = np.argsort(-odds, kind="stable")
    hits = np.cumsum(right[order])
    last = np.append(np.flatnonzero(np.diff(odds[order])), len(order) - 1)
    gained = np.diff(np.concatenate([[0], hits[last]]))
    return float((gained * hits[last] / (last + 1)).sum() / max(int(right.sum()), 1))


def _chance(odds: Doubles) -> Doubles:
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -60.0, 60.0)))


def _packed(values: npt.NDArray[np.floating]) -> str:
    return base64.b64encode(values.astype("<f2").tobytes()).decode("ascii")


def _unpacked(packed: str) -> Floats:
    return np.frombuffer(base64.b64decode(packed), "<f2").astype(np.float32)
