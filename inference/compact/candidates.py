"""From log-odds to candidates: whole segments for most clause types, chosen extents for the four short ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from .context import ContextModel, Floats, Indices
from .encode import Encoded, EncoderModel
from .extent_fusion import ExtentFusion
from .extents import KINDS, Described, ExtentModel, describe, without_overlaps
from .fusion import FusionModel, said_of
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


class CutText(Protocol):
    """A text in segments, scored or not."""

    @property
    def text(self) -> str: ...

    @property
    def segments(self) -> Sequence[Segment]: ...


@dataclass(frozen=True)
class ReadText:
    """A text cut and scored once.

    `first` are the linear reader's log-odds [segments, types] before it looks at the context, `odds` the last word;
    `encoded` is what the encoder said, None where the linear reader reads alone.
    """

    text: str
    segments: tuple[Segment, ...]
    tokens: int  # words and marks
    first: Floats
    odds: Floats
    encoded: Encoded | None = None


@dataclass(frozen=True)
class Extents:
    """What chooses extents smaller than a sentence: the linear model, and the last word where an encoder reads too."""

    linear: ExtentModel
    last: ExtentFusion | None = None

    def odds(self, read: ReadText, described: Sequence[Described], clause_type: str, column: int) -> Floats:
        """Log-odds that each proposal is an answer."""
        if self.last is None or read.encoded is None:
            return np.asarray([self.linear.odds(each) for each in described], np.float32)
        return self.last.odds(described, read.encoded, clause_type, column, self.linear)


def read_linearly(text: str, segment_model: SegmentModel, context: ContextModel) -> ReadText:
    """One pass of the linear reader over a text of any length, in time and memory that grow linearly with it."""
    segments = tuple(split(text))
    first = segment_model.odds(text, segments)
    return ReadText(
        text, segments, count_tokens(text, segments), first, context.rescore(first, lengths_of(segments))
    )


def count_tokens(text: str, segments: Sequence[Segment]) -> int:
    """How many words and marks stand in segments of a text."""
    return sum(len(_TOKEN.findall(text, segment.start, segment.end)) for segment in segments)


def read_twice(linear: ReadText, encoder: EncoderModel, fusion: FusionModel) -> ReadText:
    """The same text read by the encoder too, and the last word on both."""
    encoded = encoder.read(linear.text, linear.segments)
    said = said_of(linear.odds, encoded, lengths_of(linear.segments))
    return replace(linear, odds=fusion.odds(said), encoded=encoded)


def lengths_of(segments: Sequence[Segment]) -> Indices:
    """Characters of each segment."""
    return np.asarray([segment.end - segment.start for segment in segments], np.int64)


def candidates(read: ReadText, clause_type: str, column: int, extents: Extents) -> list[Candidate]:
    """All candidates of one clause type with a score of at least KEPT, best first."""
    if clause_type in KINDS:
        return _extent_candidates(read, clause_type, column, extents)
    scores = chance(read.odds[:, column])
    rows = np.flatnonzero(scores >= KEPT)
    order = rows[np.argsort(-scores[rows], kind="stable")]
    return [Candidate(read.segments[n].start, read.segments[n].end, float(scores[n])) for n in order]


def _extent_candidates(read: ReadText, clause_type: str, column: int, extents: Extents) -> list[Candidate]:
    described = describe(read.text, read.segments, read.first[:, column], clause_type)
    scores = chance(extents.odds(read, described, clause_type, column))
    kept = without_overlaps(
        [(float(s), each.proposal) for s, each in zip(scores, described, strict=True) if s >= KEPT]
    )
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
