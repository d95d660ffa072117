"""Answers a firm's own question by likeness: extractively, without training, scored as likeness and not as chance.

`passage_vectors` is the one place that knows how a passage becomes a vector: hashed words and word pairs by their
rarity, beside the encoder's own vector of the passage, half each. Nothing else here, and nothing in heads.py, knows
what made the vectors or how long they are; `vectors_made_by` names it, and is kept with everything learned from them.

A score of 0 is what an ordinary sentence of a contract has in common with the question, 1 the same words. It is no
chance, so the answer is "unclear" whatever the score; and since nobody has measured how often likeness misses, it
never says "not found" either.
"""

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inference.clause_types import load_clause_types
from inference.types import AnswerState, Measure, Question

from .candidates import Candidate, CutText
from .context import Floats
from .encode import EncoderModel, Halves
from .encoder_file import shipped_encoder
from .headings import headings_of, under
from .terms import words
from .weights import SHIPPED, CompactWeights, load_weights

MOST = 5  # folded passages of an answer
NEAREST = 3
LEAST = 0.12  # of likeness: half the questions about what no contract holds stay below it in every sentence
_ORDINARY = (
    0.95  # of the sentences of contracts in general are less like a question than its "ordinary" likeness
)
_DIM = 2048  # so that words seldom fall on one another; with 512 a third fewer first passages were right
_PAIR = 0.4  # what a pair of words weighs beside a word
_ENDING = re.compile(r"(?:ations?|ments?|ings?|[ae]nces?|ions?|ies|ed|es|al|ly|s|e|y)$")
_EMPTY_WORDS = (
    "a an and any are as at be been by for from has have if in is it its may must no not of on or our shall should"
    " such that the their there they this to was we what when where which who will with would does do did how"
    " whether you your each all other"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


def passage_vectors(texts: Sequence[str], encoded: Halves | None = None) -> Floats:
    """One vector a passage, [texts, dim] float32, of length one, or less where it has no telling word.

    The cosine of two is the mean of those of their words and of the encoder's vectors, if the reader has an encoder.
    The same texts always give the same vectors; `encoded` spares making the encoder's part, if it is at hand.
    """
    own = word_vectors(texts)
    encoded = encoded_vectors(texts) if encoded is None else encoded
    if encoded is None:
        return own
    both: Floats = np.concatenate([own, encoded.astype(np.float32)], axis=1) * np.float32(np.sqrt(0.5))
    return both


def encoded_vectors(texts: Sequence[str]) -> Halves | None:
    """The encoder's part, [texts, width], None without an encoder; float16, so that what is kept is what was used."""
    shipped = _encoder()
    return None if shipped is None else shipped[0].vectors(texts).astype(np.float16)


def word_vectors(texts: Sequence[str]) -> Floats:
    """Hashed words and pairs of words by their rarity, [texts, _DIM]."""
    vectors = np.zeros((len(texts), _DIM), np.float32)
    for row, text in enumerate(texts):
        for term, weight in terms_of(text).items():
            hashed = zlib.crc32(term.encode())
            # Two places a term, so that words that meet by chance meet by half.
            vectors[row, hashed % _DIM] += weight if hashed & 1 << 22 else -weight
            vectors[row, (hashed >> 11) % _DIM] += weight if hashed & 1 << 23 else -weight
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.maximum(norms, 1e-9)
    return unit


@lru_cache(maxsize=1)
def vectors_made_by() -> str:
    """The name of what makes the vectors: equal names, comparable vectors."""
    idf = hashlib.sha256(_shipped().segments.idf.tobytes()).hexdigest()[:12]
    shipped = _encoder()
    return f"hashed-words-1:{_DIM}:{idf}" + (f"+encoder-1:{shipped[1][:12]}" if shipped else "")


@dataclass(frozen=True)
class Passages:
    """The segments of one text as they are compared, each below its heading; a heading itself answers nothing."""

    vectors: Floats  # [segments, dim]
    answers: npt.NDArray[np.bool_]  # [segments], False for headings
    to_keep: bytes | None = None  # the encoder's part, float16 [segments, width], where it was made now


@dataclass(frozen=True)
class Target:
    """A question as vectors, [1 + examples, dim]: its name with its definition, and each example.

    `ordinary` is how like it any sentence of a contract may be expected to be.
    """

    vectors: Floats
    ordinary: float

    def likeness(self, passages: Floats) -> Floats:
        """The score of each passage, [n]: by whichever of the question's own vectors it is most like."""
        cosines = (passages @ self.vectors.T).max(axis=1, initial=-1.0)
        score: Floats = np.clip((cosines - self.ordinary) / (1.0 - self.ordinary), 0.0, 1.0)
        return score


class Found(NamedTuple):
    """What a question of the firm's own found in one text."""

    state: AnswerState
    evidence: list[Candidate]
    possible: list[Candidate]
    nearest: list[Candidate]
    measure: Measure


def target_of(question: Question) -> Target:
    """The question in the space of the passages."""
    asked = passage_vectors([f"{question.name}. {question.definition}", *question.examples])
    return Target(asked, _ordinary(asked))


def words_of(question: Question) -> str:
    """A short hash of what the question says, so that what was learned for other words is known by it."""
    parts = "\0".join((question.name, question.definition, *question.examples))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def passages_of(read: CutText, kept: bytes | None = None) -> Passages:
    """A text in vectors, made once however many questions are asked; `kept` is what an earlier call gave to keep.

    What was kept of another number of segments is left aside, and made anew.
    """
    headings = headings_of(read.text, read.segments)
    compared = [
        under(heading, read.text[segment.start : segment.end])
        for heading, segment in zip(headings, read.segments, strict=True)
    ]
    answers = np.asarray([heading is not None for heading in headings], np.bool_)
    encoded = _unpacked(kept, len(compared)) if kept else None
    if encoded is not None:
        return Passages(passage_vectors(compared, encoded), answers)
    encoded = encoded_vectors(compared)
    to_keep = None if encoded is None else encoded.astype("<f2").tobytes()
    return Passages(passage_vectors(compared, encoded), answers, to_keep)


def _unpacked(kept: bytes, passages: int) -> Halves | None:
    shipped = _encoder()
    if shipped is None or len(kept) != 2 * passages * shipped[0].encoder.shape.width:
        return None
    return np.frombuffer(kept, "<f2").reshape(passages, -1)


def alike(read: CutText, passages: Passages, question: Question) -> Found:
    """An answer by likeness alone: what stands out under `possible`, else the nearest passages there are."""
    likeness = target_of(question).likeness(passages.vectors)
    ranked = [int(row) for row in np.argsort(-likeness, kind="stable") if passages.answers[row]]
    possible = [row for row in ranked[:MOST] if likeness[row] >= LEAST]
    close = [] if possible else ranked[:NEAREST]
    return Found(
        "unclear",
        [],
        candidates_at(read, likeness, possible),
        candidates_at(read, likeness, close),
        "likeness",
    )


def candidates_at(read: CutText, scores: Floats, rows: Sequence[int]) -> list[Candidate]:
    """Segments as candidates, in the order of `rows`."""
    return [Candidate(read.segments[n].start, read.segments[n].end, float(scores[n])) for n in rows]


def _ordinary(asked: Floats) -> float:
    """What sentences of contracts in general have in common with a question, however little they answer it."""
    return float(np.quantile((_general() @ asked.T).max(axis=1), _ORDINARY))


@lru_cache(maxsize=1)
def _general() -> Floats:
    """The vectors of the sentences that we wrote as examples of the clause types."""
    return passage_vectors([example for known in load_clause_types() for example in known.examples])


@lru_cache(maxsize=1)
def _shipped() -> CompactWeights:
    return load_weights(SHIPPED)


@lru_cache(maxsize=1)
def _encoder() -> tuple[EncoderModel, str] | None:
    """The shipped encoder and its SHA-256, where the shipped weights have one."""
    return shipped_encoder() if _shipped().last_word else None


def terms_of(text: str) -> dict[str, float]:
    """Telling words and pairs of them without their endings, each with its weight."""
    own = [word for word in words(text) if word not in _EMPTY]
    terms = {_stem(word): _rarity(word) for word in own}
    for first, second in pairwise(own):
        terms.setdefault(f"{_stem(first)} {_stem(second)}", _PAIR * _rarity(f"{first} {second}"))
    return terms


def _stem(word: str) -> str:
    return _ENDING.sub("", word) if len(word) > 5 else word.removesuffix("s") if len(word) > 3 else word


def _rarity(term: str) -> float:
    model = _shipped().segments
    place = model.vocabulary.get(term)
    if place is not None:
        return float(model.idf[place])
    rarest = _rarest()
    return rarest if " " not in term else 0.5 * rarest  # a pair nobody has met says less than a word


@lru_cache(maxsize=1)
def _rarest() -> float:
    return float(_shipped().segments.idf.max(initial=1.0))
