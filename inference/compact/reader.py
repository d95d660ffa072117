"""The compact reader behind the front door: reads each text once, answers from its scores, never writes prose."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from inference.answers.values import ANCHORS, COUNTED, Settled, answering_modules, values_of
from inference.types import (
    Answer,
    AnswerState,
    CaseFile,
    Coverage,
    Evidence,
    Fingerprint,
    HeadTrial,
    JudgedText,
    JudgedVectors,
    Measure,
    OperatingPoints,
    Question,
    Reading,
    SourceText,
    Usage,
    Value,
)
from inference.verify import verify_answer

from .candidates import Candidate, Extents, ReadText, candidates, nearest, read_linearly, read_twice
from .encode import EncoderModel
from .encoder_file import load_encoder, shipped_encoder
from .heads import fit_head
from .own_questions import answer_own
from .reading import DocumentReading, TextReading, begin_reading
from .shared_heads import fit_shared_head, judged_vectors
from .similar import vectors_made_by
from .weights import SHIPPED, BadWeights, Bars, CompactWeights, load_weights

LANGUAGES = frozenset({"en"})
NEAREST = 3
_READING_MODULES = (
    "segments.py",
    "terms.py",
    "segment_model.py",
    "context.py",
    "spans.py",
    "extents.py",
    "encoder.py",
    "readout.py",
    "int8.py",
    "windows.py",
    "encode.py",
    "fusion.py",
    "extent_fusion.py",
    "candidates.py",
    "similar.py",
    "heads.py",
    "headings.py",
    "own_questions.py",
    "apart.py",
    "reading.py",
    "reader.py",
)
MOST_POSSIBLE = 50  # folded candidates of one answer; the command line gives all


@dataclass(frozen=True)
class CompactReading:
    """Every text as far as it was read; a text in another language is none.

    What a question needs of a text is made when it is first asked and then kept here, so the first answers pay for it.
    """

    case_file: CaseFile
    read: tuple[DocumentReading | None, ...]

    @property
    def texts(self) -> tuple[ReadText | None, ...]:
        """Every text with its scores, without its passages that address a machine."""
        return tuple(each.rest.scored if each else None for each in self.read)

    @property
    def usage(self) -> Usage:
        """What has been spent on the texts so far."""
        there = [each for each in self.read if each]
        return Usage(sum(each.seconds for each in there), sum(each.tokens for each in there))

    @property
    def to_keep(self) -> dict[str, bytes]:
        """By document, what was made for a firm's own questions that a later reading of it need not make again."""
        pairs = zip(self.case_file.documents, self.read, strict=True)
        return {document.id: each.to_keep for document, each in pairs if each and each.to_keep is not None}


@dataclass(frozen=True)
class _Found:
    """What one question found in one text, before it is put into words of the front door."""

    state: AnswerState
    evidence: Sequence[Candidate] = ()
    possible: Sequence[Candidate] = ()
    nearest: Sequence[Candidate] = ()
    apart: Sequence[Candidate] = ()  # in passages that address a machine; they settle nothing
    miss_rate: float | None = None
    measure: Measure = "chance"
    points: OperatingPoints | None = None


@dataclass(frozen=True)
class CompactReader:
    """Linear models and a small encoder, with one last word on both; thread-safe, since nothing in it changes.

    Without an encoder the linear models read alone.
    """

    weights: CompactWeights
    encoder: EncoderModel | None = None

    @classmethod
    def open(cls, path: Path | None = None, encoder: Path | None = None) -> "CompactReader":
        """Load the weights, and the encoder that they were fitted for; raises FileNotFoundError or BadWeights."""
        weights = load_weights(path or SHIPPED)
        if weights.last_word is None:
            return cls(weights)
        model, sha256 = load_encoder(encoder) if encoder else shipped_encoder()
        if sha256 != weights.last_word.encoder_sha256:
            raise BadWeights("The weights file was fitted for another encoder file.")
        return cls(weights, model)

    @property
    def fingerprint(self) -> Fingerprint:
        """The weights' SHA-256, which names the encoder's, and that of the code that reads with them."""
        return Fingerprint(self.weights.sha256, code_version())

    @property
    def extents(self) -> Extents:
        """What chooses short extents."""
        last = self.weights.last_word
        return Extents(self.weights.extents, last.extents if last else None)

    @property
    def languages(self) -> frozenset[str]:
        """The languages it was measured in."""
        return LANGUAGES

    @property
    def vectors_made_by(self) -> str:
        """What makes the vectors that heads are learned from; a head of another making is left aside."""
        return vectors_made_by()

    def read(self, case_file: CaseFile, kept: Mapping[str, bytes] | None = None) -> CompactReading:
        """Read every document once, in time that grows linearly with its length.

        `kept` is what earlier readings gave to keep, by document, made by this same reader.
        """
        kept = kept or {}
        return CompactReading(
            case_file,
            tuple(
                begin_reading(document.content, self._scored, kept.get(document.id))
                if document.language is None or document.language.lower()[:2] in LANGUAGES
                else None
                for document in case_file.documents
            ),
        )

    def _scored(self, text: str) -> ReadText:
        linear = read_linearly(text, self.weights.segments, self.weights.context)
        if self.encoder is None or self.weights.last_word is None:
            return linear
        return read_twice(linear, self.encoder, self.weights.last_word.segments)

    def ask(self, reading: Reading, questions: Sequence[Question]) -> Iterator[Answer]:
        """Answer each question for each document, document by document; every quote is checked before it leaves.

        An answer's usage is its own work and an equal share of the reading of its document.
        """
        if not isinstance(reading, CompactReading):
            raise TypeError("The compact reader can be asked only about what it has read itself.")
        contents = {document.id: document.content for document in reading.case_file.documents}
        for document, text in zip(reading.case_file.documents, reading.read, strict=True):
            answers = self._ask_of(document, text, questions)
            for answer in answers:
                yield verify_answer(answer, contents)

    def _ask_of(
        self, document: SourceText, text: DocumentReading | None, questions: Sequence[Question]
    ) -> list[Answer]:
        """One document's answers, and then their values together, since one may settle another."""
        clock = _Clock(text)
        found: list[_Found] = []
        seconds: list[float] = []
        for question in questions:
            found.append(self._find_parted(text, question))
            seconds.append(clock.lap())
        values = self._values(text, questions, found)
        extra = (clock.lap() + clock.reading) / max(1, len(questions))
        tokens = text.tokens if text else 0
        return [
            _answer(document, text, question, each, value, Usage(spent + extra, tokens))
            for question, each, value, spent in zip(questions, found, values, seconds, strict=True)
        ]

    def _values(
        self, text: DocumentReading | None, questions: Sequence[Question], found: Sequence[_Found]
    ) -> list[Value | None]:
        """The typed values of what was asked; days that values are counted from are looked up even if not asked."""
        rest = text.rest if text else None
        types = {question.clause_type for question in questions}
        anchors_of = ANCHORS if types & {*COUNTED} else ()
        missing = {name for name in anchors_of if name in self.weights.types} - types
        anchors = [Question(name, name, "", "date", name) for name in sorted(missing)]
        asked = [*zip(questions, found, strict=True)]
        asked += [(anchor, self._find_known(rest, anchor.name)) for anchor in anchors]
        settled = [
            Settled(q.clause_type, q.answer_type, f.state, tuple((e.start, e.end) for e in f.evidence))
            for q, f in asked
        ]
        return values_of(rest.text if rest else "", settled)[: len(questions)]

    def all_candidates(self, text: DocumentReading) -> Iterator[tuple[str, Candidate]]:
        """Every candidate of every clause type in one document, with the type's name; those in orders come last."""
        for column, name in enumerate(self.weights.types):
            for each in candidates(text.rest.scored, name, column, self.extents):
                yield name, text.in_document(each)
            if text.whole:
                apart = candidates(text.whole.scored, name, column, self.extents)
                yield from ((name, each) for each in text.in_orders(apart))

    def fit_head(self, question: Question, judged: Sequence[JudgedText]) -> HeadTrial:
        """What judged passages teach about a question of a firm's own; a head only where it beats likeness."""
        return fit_head(question, judged)

    def judged_vectors(self, question: Question, judged: Sequence[JudgedText]) -> JudgedVectors:
        """Judged passages of one case file without their words, for a head that several case files teach."""
        return judged_vectors(question, judged)

    def fit_shared_head(self, question: Question, taught: Sequence[JudgedVectors]) -> HeadTrial:
        """What several case files teach together; a head only where it beats likeness on case files not seen."""
        return fit_shared_head(question, taught)

    def _find_parted(self, text: DocumentReading | None, question: Question) -> _Found:
        """What the rest of a document says, and beside it what stands in its passages that address a machine."""
        found = self._find(text.rest if text else None, question)
        if text is None or text.whole is None:
            return found
        whole = self._find(text.whole, question)
        return replace(found, apart=tuple(text.in_orders((*whole.evidence, *whole.possible))))

    def _find(self, text: TextReading | None, question: Question) -> _Found:
        if text is not None and question.clause_type not in self.weights.types:
            own = answer_own(text, text.passages, question)
            return _Found(own.state, own.evidence, own.possible, own.nearest, measure=own.measure)
        return self._find_known(text, question.clause_type or "")

    def _find_known(self, reading: TextReading | None, clause_type: str) -> _Found:
        if reading is None:
            return _Found("not_readable")
        text = reading.scored
        column = self.weights.types.index(clause_type)
        bars = self.weights.bars[clause_type]
        ranked = candidates(text, clause_type, column, self.extents)
        if not ranked or ranked[0].score < bars.absent:
            close = nearest(text, column, NEAREST)
            miss_rate = bars.miss_rate_at(len(text.segments))
            return _Found("not_found", nearest=close, miss_rate=miss_rate, points=_points(bars))
        return _shown(ranked, bars)


class _Clock:
    """Seconds of each lap, those apart in which the text itself was read."""

    def __init__(self, text: DocumentReading | None) -> None:
        self._text = text
        self._begun, self._before = time.perf_counter(), self.reading

    @property
    def reading(self) -> float:
        return self._text.seconds if self._text else 0.0

    def lap(self) -> float:
        now, read = time.perf_counter(), self.reading
        spent = now - self._begun - (read - self._before)
        self._begun, self._before = now, read
        return spent


def _shown(ranked: list[Candidate], bars: Bars) -> _Found:
    """Candidates parted by the quiet bar; without one above it the answer is unclear."""
    quiet = [each for each in ranked if bars.quiet is not None and each.score >= bars.quiet]
    rest = [each for each in ranked[len(quiet) :] if each.score >= bars.possible][:MOST_POSSIBLE]
    return _Found("found" if quiet else "unclear", quiet, rest, points=_points(bars))


def _points(bars: Bars) -> OperatingPoints:
    return OperatingPoints(bars.quiet, bars.thorough, bars.thorough_recall)


def _answer(
    document: SourceText,
    text: DocumentReading | None,
    question: Question,
    found: _Found,
    value: Value | None,
    usage: Usage,
) -> Answer:
    evidence, possible, close = (
        tuple(_evidence(document, text.in_document(each) if text else each) for each in each_of)
        for each_of in (found.evidence, found.possible, found.nearest)
    )
    apart = tuple(_evidence(document, each) for each in found.apart)
    total = len(document.content)
    return Answer(
        question_id=question.id,
        document_id=document.id,
        state=found.state,
        score=max((each.score for each in (*evidence, *possible, *close)), default=0.0),
        evidence=evidence,
        possible=(*possible, *apart),
        nearest=close,
        value=value,
        coverage=Coverage(0 if text is None else total, total),
        usage=usage,
        miss_rate=found.miss_rate,
        points=found.points,
        measure=found.measure,
    )


def _evidence(document: SourceText, span: Candidate) -> Evidence:
    quote = document.content[span.start : span.end]
    return Evidence(document.id, span.start, span.end, quote, round(span.score, 6))


@lru_cache(maxsize=1)
def code_version() -> str:
    """A short hash of the modules an answer depends on."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    beside = (here.parent / "tokens.py", *sorted(here.parent.glob("order*.py")))
    modules = (*beside, *(here / name for name in _READING_MODULES), *answering_modules())
    for path in modules:
        digest.update(path.read_bytes())
    return f"compact-{digest.hexdigest()[:12]}"
