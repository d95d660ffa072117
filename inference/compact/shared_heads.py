"""Learns one question from the judged passages of several case files, which come without their words.

A case file teaches by vectors and by what people said of them. The head is compared over folds of whole case files:
it is to answer in those it has never seen, and what one of them alone would teach it is not let out.
"""

from collections.abc import Sequence

import numpy as np

from inference.types import HeadTrial, JudgedText, JudgedVectors, Question

from .context import Floats
from .heads import FOLDS, Judged, prepared, tried
from .similar import Target, target_of, vectors_made_by, words_of

FEWEST_TEACHERS = 2  # case files: a head of one alone would tell others what was decided there


def judged_vectors(question: Question, judged: Sequence[JudgedText]) -> JudgedVectors:
    """The different passages that people judged in one case file, as vectors and labels."""
    passages = prepared(target_of(question), judged)
    return JudgedVectors(
        made_by=vectors_made_by(),
        asks=words_of(question),
        vectors=passages.vectors.astype("<f2").tobytes(),
        right=tuple(passages.right.tolist()),
    )


def fit_shared_head(question: Question, taught: Sequence[JudgedVectors]) -> HeadTrial:
    """Fit a head on what several case files teach, and keep it where it beats likeness on case files it has not seen.

    What other vectors or other words made is left aside.
    """
    usable = [
        each for each in taught if each.made_by == vectors_made_by() and each.asks == words_of(question)
    ]
    usable = [each for each in usable if each.right]
    passages = _together(target_of(question), usable)
    if len(usable) < FEWEST_TEACHERS:
        reason = f"Learning together needs the decisions of {FEWEST_TEACHERS} matters."
        right = int(passages.right.sum())
        return HeadTrial(None, reason, right, len(passages.right) - right)
    return tried(question, passages, "matters")


def _together(target: Target, taught: Sequence[JudgedVectors]) -> Judged:
    """Different passages; where case files differ over the same one, what most of them said, else wrong."""
    votes: dict[bytes, int] = {}
    fold: dict[bytes, int] = {}
    for number, one in enumerate(taught):
        for row, right in zip(_rows(one), one.right, strict=True):
            votes[row] = votes.get(row, 0) + (1 if right else -1)
            fold.setdefault(row, number % FOLDS)
    width = target.vectors.shape[1]
    vectors: Floats = np.frombuffer(b"".join(votes), "<f2").astype(np.float32).reshape(len(votes), width)
    return Judged(
        vectors,
        target.likeness(vectors),
        np.asarray([vote > 0 for vote in votes.values()], np.bool_),
        np.asarray([fold[row] for row in votes], np.int64),
    )


def _rows(taught: JudgedVectors) -> list[bytes]:
    """Each passage's vector as it came; equal bytes are the same words."""
    size = len(taught.vectors) // max(1, len(taught.right))
    return (
        [taught.vectors[first : first + size] for first in range(0, len(taught.vectors), size)]
        if size
        else []
    )
