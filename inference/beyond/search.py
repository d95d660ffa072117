"""Which passages of a matter are most like a question. Knows a memory, not texts or models.

A passage scores by its likeness, as a firm's own question does, and by how much of the question's words it has itself
or its document has in its titles and parties, weighed by how rare they are in this matter: a name that hardly any
passage has finds those that have it. Where the compact reader's scores are remembered and the question is about a
clause type it knows, its chance decides, and the rest parts what is alike.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inference.compact.similar import encoded_vectors
from inference.types import Question

from .document import DocumentMemory
from .memory import MatterMemory
from .telling import Floats, Telling, by_rarity, telling

_PARTS = 0.25  # what all else adds to a chance
_HELD = 0.5  # what a passage that has all the question's words adds to its likeness


@dataclass(frozen=True, slots=True)
class Found:
    """A passage by its document and its number there, with its score: what ranks it, and no chance."""

    document_id: str
    passage: int
    score: float


@dataclass(frozen=True)
class _Asked:
    """A question's name with its definition, and each example, as a passage is remembered; `rare` are its own words."""

    words: tuple[Telling, ...]
    vectors: Floats  # [texts, width], or empty
    rare: Telling

    @classmethod
    def of(cls, question: Question, memory: MatterMemory) -> "_Asked":
        texts = [f"{question.name}. {question.definition}", *question.examples]
        vectors = encoded_vectors(texts)
        none = np.zeros((len(texts), 0), np.float32)
        words = tuple(map(telling, texts))
        counts = sum((each.words.counts(words[0]) for each in memory.documents.values()), np.int64(0))
        rare = by_rarity(words[0], np.asarray(counts), memory.passages)
        return cls(words, none if vectors is None else vectors.astype(np.float32), rare)

    def likeness(self, memory: DocumentMemory) -> Floats:
        """By whichever of its texts a passage is most like, [passages], and the words it shares with the question."""
        each = [memory.cosines(words, vector) for words, vector in zip(self.words, self.vectors, strict=True)]
        most: Floats = np.max(each, axis=0) + np.float32(_HELD) * memory.shares(self.rare)
        return most


class Search:
    """One question over a matter's memory: four bytes a passage are kept, and ranked as often as more is wanted."""

    def __init__(self, memory: MatterMemory, question: Question, clause_types: Sequence[str] = ()) -> None:
        asked = _Asked.of(question, memory)
        column = clause_types.index(question.clause_type) if question.clause_type in clause_types else None
        self._scores = {key: _scores(each, asked, column) for key, each in memory.documents.items()}

    def ranked(self, within: Collection[str] | None = None) -> Iterator[Found]:
        """Passages, best first, of these documents or of all; what answers nothing is left out."""
        ids = [each for each in self._scores if within is None or each in within]
        scores = np.concatenate([np.empty(0, np.float32), *(self._scores[each] for each in ids)])
        begins = np.cumsum([0, *(len(self._scores[each]) for each in ids)])
        for at in np.argsort(-scores, kind="stable"):
            if scores[at] == -np.inf:
                return
            document = int(np.searchsorted(begins, at, "right")) - 1
            yield Found(ids[document], int(at - begins[document]), float(scores[at]))

    def score_at(self, document_id: str, passage: int) -> float:
        """The score of one passage."""
        return float(self._scores[document_id][passage])


def _scores(memory: DocumentMemory, asked: _Asked, column: int | None) -> Floats:
    """The score of each passage, [passages]; headings and what cannot be read have none."""
    if not memory.is_readable or not memory.passages:
        return np.full(memory.passages, -np.inf, np.float32)
    likeness = asked.likeness(memory)
    if column is not None and memory.chances.size:
        likeness = memory.chances[:, column].astype(np.float32) + np.float32(_PARTS) * likeness
    found: Floats = np.where(memory.is_heading, np.float32(-np.inf), likeness)
    return found
