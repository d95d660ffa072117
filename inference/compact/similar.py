"""Answers a firm's own question by likeness of words: a retrieval, not a judgement, and scored as such.

The score is the cosine between the question's words and a segment's, weighed by how rare the words are.
"""

import math
from collections import Counter

from inference.types import Question

from .candidates import Candidate, ReadText
from .segment_model import SegmentModel
from .terms import words

MOST = 5
LEAST = 0.08
_EMPTY_WORDS = (
    "a an and any are as at be been by for from has have if in is it its may must no not of on or our shall should"
    " such that the their there they this to was we what when where which who will with would does do did how"
    " whether you your each all other"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


def similar_segments(read: ReadText, question: Question, model: SegmentModel) -> list[Candidate]:
    """The segments most like the question, best first; none when no words are shared."""
    wanted = _weights([question.name, question.definition, *question.examples], model)
    norm = math.sqrt(sum(value * value for value in wanted.values()))
    if not norm:
        return []
    scored = []
    for segment in read.segments:
        own = _weights([read.text[segment.start : segment.end]], model)
        shared = sum(value * wanted[word] for word, value in own.items() if word in wanted)
        if shared:
            likeness = shared / norm / math.sqrt(sum(value * value for value in own.values()))
            if likeness >= LEAST:
                scored.append(Candidate(segment.start, segment.end, min(1.0, likeness)))
    return sorted(scored, key=lambda each: (-each.score, each.start))[:MOST]


def _weights(texts: list[str], model: SegmentModel) -> dict[str, float]:
    """Rarity of each telling word, raised a little by repetition."""
    counts = Counter(word for text in texts for word in words(text) if word not in _EMPTY)
    rarest = float(model.idf.max(initial=1.0))
    return {
        word: (1.0 + math.log(count))
        * (float(model.idf[place]) if (place := model.vocabulary.get(word)) is not None else rarest)
        for word, count in counts.items()
    }
