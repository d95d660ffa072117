"""Turns annotated contracts into what is learned from: segments, their terms, and what each segment answers.

Needed for training and measuring only.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.evaluation.cuad import Contract
from inference.evaluation.metric import Gold

from .candidates import lengths_of
from .context import Floats, Indices
from .segments import Segment, split
from .terms import Terms, segment_terms


@dataclass(frozen=True)
class Example:
    """One contract prepared: [segments, types] arrays beside its segments and their terms.

    `inside` is 1 where a segment lies in an answer (or holds one), `trust` 0 where that is unclear,
    `match` 1 where the segment alone counts as an answer by the official metric.
    """

    contract: Contract
    segments: tuple[Segment, ...]
    terms: tuple[Terms, ...]
    lengths: Indices
    inside: Floats
    trust: Floats
    match: Floats
    gold: dict[str, Gold]


def prepare(contract: Contract, types: Sequence[str]) -> Example:
    """Cut one contract and label its segments for each clause type."""
    segments = tuple(split(contract.text))
    inside, match = (np.zeros((len(segments), len(types)), np.float32) for _ in range(2))
    trust = np.ones_like(inside)
    ends = [segment.end for segment in segments]
    answers: dict[str, list[str]] = {name: [] for name in types}
    for span in contract.spans:
        answers[span.category].append(contract.text[span.start : span.end])
    gold = {name: Gold(name, texts) for name, texts in answers.items()}
    for span in contract.spans:
        column = types.index(span.category)
        for row in range(bisect_right(ends, span.start), len(segments)):
            segment = segments[row]
            if segment.start >= span.end:
                break
            shared = min(segment.end, span.end) - max(segment.start, span.start)
            if 2 * shared >= min(segment.end - segment.start, span.end - span.start):
                inside[row, column] = 1.0
            else:
                trust[row, column] = 0.0
            if gold[span.category].hits(contract.text[segment.start : segment.end]):
                match[row, column] = 1.0
    trust[inside > 0] = 1.0
    terms = tuple(segment_terms(contract.text, segments))
    return Example(contract, segments, terms, lengths_of(segments), inside, trust, match, gold)
