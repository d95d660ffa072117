"""From log-odds to candidates: whole segments for most clause types, chosen extents for the four short ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .context import ContextModel, Floats, Indices
from .extents import KINDS, ExtentModel, describe, without_overlaps
from .segment_model import SegmentModel
from .segments import Segment, split

_TOKEN = re.compile(r"\w+|[^\w\s]")

KEPT = 0.01  # scores below this are no candidates


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may answer one clause type, with the estimated chance that it does."""

    start: int
    end: int
    score: float


@dataclass(frozen=True)
class ReadText:
    """A text cut and scored once; `first` and `odds` are [segments, types] log-odds before and after context."""

    text: str
    segments: tuple[Segment, ...]
    tokens: int  # words and marks
    first: Floats
    odds: Floats


def read_text(text: str, segment_model: SegmentModel, context: ContextModel) -> ReadText:
    """One pass over a text of any length, in time and memory that grow linearly with it."""
    segments = tuple(split(text))
    first = segment_model.odds(text, segments)
    tokens = sum(len(_TOKEN.findall(text, segment.start, segment.end)) for segment in segments)
    return ReadText(text, segments, tokens, first, context.rescore(first, lengths_of(segments)))


def lengths_of(segments: Sequence[Segment]) -> Indices:
    """Characters of each segment."""
    return np.asarray([segment.end - segment.start for segment in segments], np.int64)


def candidates(read: ReadText, clause_type: str, column: int, extents: ExtentModel) -> list[Candidate]:
    """All candidates of one clause type with a score of at least KEPT, best first."""
    if clause_type in KINDS:
        return _extent_candidates(read, clause_type, read.first[:, column], extents)
    scores = chance(read.odds[:, column])
    rows = np.flatnonzero(scores >= KEPT)
    order = rows[np.argsort(-scores[rows], kind="stable")]
    return [Candidate(read.segments[n].start, read.segments[n].end, float(scores[n])) for n in order]


def _extent_candidates(
    read: ReadText, clause_type: str, odds: Floats, extents: ExtentModel
) -> list[Candidate]:
    described = describe(read.text, read.segments, odds, clause_type)
    scored = [(float(chance(extents.odds(each))), each.proposal) for each in described]
    kept = without_overlaps([pair for pair in scored if pair[0] >= KEPT])
    return [Candidate(proposal.start, proposal.end, score) for score, proposal in kept]


def nearest(read: ReadText, column: int, most: int) -> list[Candidate]:
    """The segments that come closest to one clause type, best first, whatever their score."""
    scores = chance(read.odds[:, column])
    ranks = (
        read.odds[:, column] + 1e-3 * read.first[:, column]
    )  # the first look parts those never looked at again
    order = np.argsort(-ranks, kind="stable")[:most]
    return [Candidate(read.segments[n].start, read.segments[n].end, float(scores[n])) for n in order]


def chance(odds: Floats | float) -> Floats:
    """Log-odds as probability."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -60.0, 60.0))), np.float32)
