"""The compact reader behind the front door: reads each text once, answers from its scores, never writes prose."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path

from inference.types import (
    Answer,
    AnswerState,
    CaseFile,
    Coverage,
    Evidence,
    Fingerprint,
    HeadTrial,
    JudgedText,
    Measure,
    Question,
    Reading,
    SourceText,
    Usage,
)
from inference.verify import verify_answer

from .candidates import Candidate, ReadText, candidates, nearest, read_text
from .heads import fit_head
from .own_questions import answer_own
from .similar import Passages, passages_of, vectors_made_by
from .values import value_of
from .weights import SHIPPED, Bars, CompactWeights, load_weights

LANGUAGES = frozenset({"en"})
NEAREST = 3
_READING_MODULES = (
    "segments.py",
    "terms.py",
    "segment_model.py",
    "context.py",
    "spans.py",
    "extents.py",
    "candidates.py",
    "similar.py",
    "heads.py",
    "headings.py",
    "own_questions.py",
    "values.py",
    "reader.py",
)
MOST_POSSIBLE = 50  # folded candidates of one answer; the command line gives all


@dataclass(frozen=True)
class CompactReading:
    """Every text's segments and scores; a text in another language has none."""

    case_file: CaseFile
    texts: tuple[ReadText | None, ...]
    usage: Usage


@dataclass(frozen=True)
class _Found:
    """What one question found in one text, before it is put into words of the front door."""

    state: AnswerState
    evidence: Sequence[Candidate] = ()
    possible: Sequence[Candidate] = ()
    nearest: Sequence[Candidate] = ()
    miss_rate: float | None = None
    measure: Measure = "chance"


@dataclass(frozen=True)
class CompactReader:
    """One linear model a clause type; thread-safe, since nothing in it changes."""

    weights: CompactWeights

    @classmethod
    def open(cls, path: Path | None = None) -> "CompactReader":
        """Load the weights; raises FileNotFoundError or BadWeights."""
        return cls(load_weights(path or SHIPPED))

    @property
    def fingerprint(self) -> Fingerprint:
        """The weights' SHA-256 and that of the code that reads with them."""
        return Fingerprint(self.weights.sha256, code_version())

    @property
    def languages(self) -> frozenset[str]:
        """The languages it was measured in."""
        return LANGUAGES

    @property
    def vectors_made_by(self) -> str:
        """What makes the vectors that heads are learned from; a head of another making is left aside."""
        return vectors_made_by()

    def read(self, case_file: CaseFile) -> CompactReading:
        """Read every document once, in time that grows linearly with its length."""
        begun = time.perf_counter()
        texts = tuple(self._read_text(document) for document in case_file.documents)
        tokens = sum(text.tokens for text in texts if text)
        return CompactReading(case_file, texts, Usage(time.perf_counter() - begun, tokens))

    def _read_text(self, document: SourceText) -> ReadText | None:
        if document.language is not None and document.language.lower()[:2] not in LANGUAGES:
            return None
        return read_text(document.content, self.weights.segments, self.weights.context)

    def ask(self, reading: Reading, questions: Sequence[Question]) -> Iterator[Answer]:
        """Answer each question for each document, document by document; every quote is checked before it leaves.

        An answer's usage is its own work and an equal share of the reading of its document.
        """
        if not isinstance(reading, CompactReading):
            raise TypeError("The compact reader can be asked only about what it has read itself.")
        contents = {document.id: document.content for document in reading.case_file.documents}
        share = reading.usage.seconds / max(1, len(questions) * len(reading.texts))
        for document, text in zip(reading.case_file.documents, reading.texts, strict=True):
            passages = cache(partial(passages_of, text))  # made once, by the first question that wants them
            for question in questions:
                begun = time.perf_counter()
                found = self._find(text, question, passages)
                spent = Usage(time.perf_counter() - begun + share, text.tokens if text else 0)
                yield verify_answer(_answer(document, text, question, found, spent), contents)

    def all_candidates(self, text: ReadText) -> Iterator[tuple[str, Candidate]]:
        """Every candidate of every clause type in one text, with the type's name."""
        for column, name in enumerate(self.weights.types):
            for each in candidates(text, name, column, self.weights.extents):
                yield name, each

    def fit_head(self, question: Question, judged: Sequence[JudgedText]) -> HeadTrial:
        """What judged passages teach about a question of a firm's own; a head only where it beats likeness."""
        return fit_head(question, judged)

    def _find(self, text: ReadText | None, question: Question, passages: Callable[[], Passages]) -> _Found:
        if text is None:
            return _Found("not_readable")
        if question.clause_type not in self.weights.types:
            own = answer_own(text, passages(), question)
            return _Found(own.state, own.evidence, own.possible, own.nearest, measure=own.measure)
        column = self.weights.types.index(question.clause_type)
        bars = self.weights.bars[question.clause_type]
        ranked = candidates(text, question.clause_type, column, self.weights.extents)
        if not ranked or ranked[0].score < bars.absent:
            close = nearest(text, column, NEAREST)
            return _Found("not_found", nearest=close, miss_rate=bars.miss_rate)
        return _shown(ranked, bars)


def _shown(ranked: list[Candidate], bars: Bars) -> _Found:
    """Candidates parted by the quiet bar; without one above it the answer is unclear."""
    quiet = [each for each in ranked if bars.quiet is not None and each.score >= bars.quiet]
    rest = [each for each in ranked[len(quiet) :] if each.score >= bars.possible][:MOST_POSSIBLE]
    return _Found("found" if quiet else "unclear", quiet, rest)


def _answer(
    document: SourceText, text: ReadText | None, question: Question, found: _Found, usage: Usage
) -> Answer:
    evidence, possible, close = (
        tuple(_evidence(document, each) for each in each_of)
        for each_of in (found.evidence, found.possible, found.nearest)
    )
    total = len(document.content)
    return Answer(
        question_id=question.id,
        document_id=document.id,
        state=found.state,
        score=max((each.score for each in (*evidence, *possible, *close)), default=0.0),
        evidence=evidence,
        possible=possible,
        nearest=close,
        value=value_of(question, found.state, evidence),
        coverage=Coverage(0 if text is None else total, total),
        usage=usage,
        miss_rate=found.miss_rate,
        measure=found.measure,
    )


def _evidence(document: SourceText, span: Candidate) -> Evidence:
    quote = document.content[span.start : span.end]
    return Evidence(document.id, span.start, span.end, quote, round(span.score, 6))


@lru_cache(maxsize=1)
def code_version() -> str:
    """A short hash of the modules an answer depends on."""
    digest = hashlib.sha256()
    for name in _READING_MODULES:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return f"compact-{digest.hexdigest()[:12]}"
