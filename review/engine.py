"""The one door to `inference/`: plain values go in and come out, never a model instance. Knows no room.

Nothing heavy is imported until a reader is opened, and only workers open one.
"""

import gc
import hashlib
import json
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class ClauseType:
    """One clause type the readers know: what it is, and the type of its answer."""

    key: str
    name: str
    definition: str
    answer_type: str
    clause_type: str
    severity: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a reader sees it; `head` is what a matter has learned of it, as plain values."""

    id: str
    name: str
    definition: str
    answer_type: str
    clause_type: str
    examples: tuple[str, ...] = ()
    head: dict[str, Any] | None = None
    edition: str = ""  # tells the same words, asked anew or with another head, from what was asked before


@dataclass(frozen=True, slots=True)
class JudgedSpan:
    """A range of a text that people said answers a question, or does not."""

    start: int
    end: int
    right: bool


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text with what people said of its passages."""

    text_id: str
    content: str
    spans: tuple[JudgedSpan, ...]


@dataclass(frozen=True, slots=True)
class SharedVectors:
    """What one matter teaches of a question without its words: `vectors` are float16 [passages, dim], row by row."""

    made_by: str
    asks: str
    vectors: bytes
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of fitting a head: the head as plain values where it is kept, why, and by which figures."""

    head: dict[str, Any] | None
    reason: str
    right: int
    wrong: int
    figures: dict[str, dict[str, float]]  # "with_head" and "zero_shot", each {"aupr", "log_loss"}
    made_by: str  # what made the vectors it stands on


@dataclass(frozen=True, slots=True)
class Passage:
    """A verbatim range of the text in code points; quiet ones are shown first."""

    start: int
    end: int
    quote: str
    score: float | None  # None where the reader tells none
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer; `state` is found, not_found, unclear or not_readable, and its scores are of one `measure`."""

    question_id: str
    state: str
    score: float | None
    value: Any
    passages: tuple[Passage, ...]
    nearest: tuple[Passage, ...]
    characters_read: int
    characters_total: int
    usage: dict[str, float] = field(default_factory=dict)
    miss_rate: float | None = None  # how often "not found" was wrong for this question when that was measured
    measure: str = "chance"  # or "likeness", which is none
    thorough: float | None = None  # the score from which little was missed when that was measured
    thorough_recall: float | None = None  # of the contracts with an answer, how many showed it from there up


def clause_types() -> list[ClauseType]:
    """The clause types every reader knows, in their usual order."""
    from inference.clause_types import load_clause_types

    return [
        ClauseType(
            key=known.slug,
            name=known.name,
            definition=known.definition,
            answer_type=known.answer_type,
            clause_type=known.name,
            severity=known.severity,
            examples=known.examples,
        )
        for known in load_clause_types()
    ]


def asked_hash(asked: Asked) -> str:
    """What is asked: the question to its words, and the edition that names what was learned of it. Needs no reader."""
    words = (asked.id, asked.name, asked.definition, asked.answer_type, asked.clause_type, asked.edition)
    return hashlib.sha256("\0".join((*words, *asked.examples)).encode()).hexdigest()


def recipe_hash(fingerprint: str, asked: Asked) -> str:
    """What makes two answers the same: the reader to its weights, and what is asked of it."""
    return hashlib.sha256(f"{fingerprint}\0{asked_hash(asked)}".encode()).hexdigest()


def recipe_in_case(recipe: str, case_key: str) -> str:
    """The same for one case file: what stands beside a document may change what is found in it."""
    return hashlib.sha256(f"{recipe}\0{case_key}".encode()).hexdigest()


def word_overlap(one: str, other: str) -> float:
    """The share of words two passages have in common, 0 to 1, as the official metric counts it."""
    from inference.evaluation.metric import word_set

    ours, theirs = word_set(one), word_set(other)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


@lru_cache(maxsize=1)
def _reader() -> Any:
    from inference.config import Profile
    from inference.reader import open_reader

    return open_reader(Profile(kind="compact"))


def reader_kind() -> str:
    """Which reader answers: later a choice per organization."""
    return "compact"


def reader_fingerprint() -> str:
    """The reader to its weights and code, so that a finding can be recomputed."""
    fingerprint = _reader().fingerprint
    return f"{fingerprint.weights}:{fingerprint.code}"


def reader_languages() -> frozenset[str]:
    """The languages the reader was measured in."""
    return frozenset(_reader().languages)


def read_text(
    text_id: str,
    content: str,
    language: str | None,
    questions: Sequence[Asked],
    *,
    kept: bytes | None = None,
    keep: Callable[[bytes], None] | None = None,
) -> Iterator[Answered]:
    """Read one text once and answer every question about it.

    `keep` is given what need not be made again for the next question of the firm's own; `kept` is what this same
    reader, by its fingerprint, gave to keep before.
    """
    from inference.types import CaseFile, SourceText

    reader = _reader()
    case_file = CaseFile((SourceText(id=text_id, content=content, language=language),))
    reading = reader.read(case_file, {text_id: kept} if kept else None)
    for answer in reader.ask(reading, tuple(map(_question, questions))):
        yield Answered(
            question_id=answer.question_id,
            state=answer.state,
            score=answer.score,
            value=_plain(answer.value),
            passages=(*_passages(answer.evidence, quiet=True), *_passages(answer.possible, quiet=False)),
            nearest=tuple(_passages(answer.nearest, quiet=False)),
            characters_read=answer.coverage.characters_read,
            characters_total=answer.coverage.characters_total,
            usage={"seconds": answer.usage.seconds, "tokens": answer.usage.tokens},
            miss_rate=answer.miss_rate,
            measure=answer.measure,
            thorough=answer.points.thorough if answer.points else None,
            thorough_recall=answer.points.thorough_recall if answer.points else None,
        )
    if keep is not None and text_id in reading.to_keep:
        keep(reading.to_keep[text_id])


def vectors_made_by() -> str:
    """What makes the vectors that heads stand on; a head of another making is left aside."""
    return str(_reader().vectors_made_by)


def fit_head(asked: Asked, judged: Sequence[JudgedText]) -> Learned:
    """What people's decisions about one question teach the reader; a head only where it beats likeness."""
    return _learned(_reader().fit_head(_question(asked), _judged(judged)))


def shared_vectors(asked: Asked, judged: Sequence[JudgedText]) -> SharedVectors:
    """What people's decisions in one matter are to others: vectors and labels, without a word of a text."""
    made = _reader().judged_vectors(_question(asked), _judged(judged))
    return SharedVectors(made.made_by, made.asks, made.vectors, made.right)


def fit_shared_head(asked: Asked, taught: Sequence[SharedVectors]) -> Learned:
    """What several matters teach together; a head only where it beats likeness on matters it has not seen."""
    from inference.types import JudgedVectors

    lessons = [JudgedVectors(each.made_by, each.asks, each.vectors, each.right) for each in taught]
    return _learned(_reader().fit_shared_head(_question(asked), lessons))


def _judged(judged: Sequence[JudgedText]) -> list[Any]:
    from inference import types

    return [
        types.JudgedText(
            types.SourceText(each.text_id, each.content),
            tuple(types.JudgedSpan(span.start, span.end, span.right) for span in each.spans),
        )
        for each in judged
    ]


def _learned(trial: Any) -> Learned:
    figures = {"with_head": trial.with_head, "zero_shot": trial.zero_shot}
    return Learned(
        head=asdict(trial.head) if trial.head else None,
        reason=trial.reason,
        right=trial.right,
        wrong=trial.wrong,
        figures={name: asdict(figure) for name, figure in figures.items() if figure},
        made_by=vectors_made_by(),
    )


def _question(asked: Asked) -> Any:
    from inference.types import Head, Question

    return Question(
        id=asked.id,
        name=asked.name,
        definition=asked.definition,
        answer_type=asked.answer_type,
        clause_type=asked.clause_type or None,
        examples=asked.examples,
        head=Head(**asked.head) if asked.head else None,
    )


def _passages(found: Sequence[Any], *, quiet: bool) -> list[Passage]:
    return [Passage(each.start, each.end, each.quote, each.score, quiet) for each in found]


@dataclass(frozen=True, slots=True)
class OrderPassage:
    """A range of a text that addresses a machine, and what gave it away."""

    start: int
    end: int
    cue: str


def orders_in(content: str) -> list[OrderPassage]:
    """The passages of a text that address a machine. Needs no reader, and loads none."""
    from inference import orders

    return [OrderPassage(each.start, each.end, each.cue) for each in orders.orders_in(content)]


@dataclass(frozen=True, slots=True)
class FamilyTie:
    """A document that hangs on another, as the words of both say: only what is sure is relied on by itself."""

    document_id: str
    master_id: str
    is_sure: bool
    reason: str


def family_rules() -> int:
    """The edition of the rules by which openings are described."""
    from inference.families import RULES

    return RULES


def opening_length() -> int:
    """How many code points of a text are looked at to describe it."""
    from inference.families.describe import OPENING

    return OPENING


def describe_opening(content: str) -> dict[str, Any]:
    """What the opening of a text says it is, as JSON; "kind" is empty unless it hangs on another. Loads no reader."""
    from inference.families.describe import as_plain, describe

    return as_plain(describe(content))


def family_ties(described: Mapping[str, dict[str, Any]]) -> list[FamilyTie]:
    """Which documents hang on which, by their descriptions."""
    from inference.families.describe import from_plain
    from inference.families.ties import ties_among

    ties = ties_among({key: from_plain(each) for key, each in described.items()})
    return [FamilyTie(tie.document_id, tie.master_id, tie.sureness == "sure", tie.reason) for tie in ties]


def family_place(described: dict[str, Any]) -> tuple[bool, str, int]:
    """Where a described document stands in its family, to be compared with others of it."""
    from inference.families.describe import from_plain
    from inference.families.ties import place_of

    return place_of(from_plain(described))


@dataclass(frozen=True, slots=True)
class Place:
    """A legal system by its usual name, and the country of one that is a part of a country."""

    name: str
    country: str


def place_named(words: str) -> Place | None:
    """The legal system that words name, "Ontario, Canada" included; None for words that name none we know."""
    from inference.answers.jurisdictions import canonical_place
    from inference.answers.places import COUNTRY_OF

    name = canonical_place(words) or canonical_place(words.partition(",")[0])
    return Place(name, COUNTRY_OF.get(name, "")) if name else None


def _plain(value: Any) -> Any:
    """A typed value as JSON of a stable shape. `review/findings/values.py` lists the shapes; they are written here.

    Yes or no is a boolean, a whole date ISO text, a duration {"count", "unit"}, words are text; whatever says more
    is an object with a "kind": date, after, perpetual, notice, renewal, law, parties, yes, either.
    """
    kind = type(value).__name__
    if value is None:
        return None
    if kind == "AmbiguousValue":
        return {"kind": "either", "readings": [_plain(each) for each in value.readings], "note": value.note}
    fields = json.loads(json.dumps(asdict(value)))
    match kind:
        case "TextValue":
            return value.text
        case "DurationValue":
            return fields
        case "DateValue":
            is_whole = len(value.iso) == 10 and "X" not in value.iso
            return (
                value.iso
                if is_whole and not value.note
                else {"kind": "date", "date": value.iso, "note": value.note}
            )
        case "RelativeDateValue":
            return {"kind": "after", "count": value.count, "unit": value.unit, "of": value.anchor}
        case "RenewalValue":
            fields["automatic"] = fields.pop("is_automatic")
            return {"kind": "renewal", **fields}
        case "YesNoValue":
            amounts = {"amounts": fields["amounts"], "rule": value.rule}
            return {"kind": "yes", **amounts} if value.amounts else value.yes
    return {"kind": _KINDS[kind], **fields}


_KINDS = {
    "PerpetualValue": "perpetual",
    "NoticeValue": "notice",
    "JurisdictionValue": "law",
    "PartiesValue": "parties",
}


# --- Whole case files: one language model a process, and what it has read, kept warm -------------------

CHARACTERS_A_TOKEN = 4.4  # English contracts, measured over common tokenizers; for estimates only


class UnfitReader(Exception):
    """A reader cannot be opened as it was described; the sentence is for the administrator who described it.

    `asked` and `there` are bytes, where it does not fit.
    """

    def __init__(self, sentence: str, asked: int | None = None, there: int | None = None) -> None:
        super().__init__(sentence)
        self.asked, self.there = asked, there


class CaseTooLong(Exception):
    """A case file is longer than the reader's window; the sentence says by how much."""


class NotThere(Exception):
    """A server cannot be reached, is busy or slow; later it may answer. The sentence names it, `wait` is in seconds."""

    def __init__(self, sentence: str, wait: int = 30) -> None:
        super().__init__(sentence)
        self.wait = wait


class CalledOff(Exception):
    """Somebody called the reading or the asking off; what was read so far stays with the process."""


@dataclass(frozen=True, slots=True)
class ReaderSpec:
    """A reader of whole case files as an administrator described it; `model` is a folder, or a name at an endpoint."""

    kind: str
    name: str
    model: str
    quantization: str = "none"
    dtype: str = "bfloat16"
    window: int | None = None
    rope: str = "as-is"
    rope_factor: float = 1.0
    chunk: int = 2048
    side_by_side: int = 16
    reason_tokens: int = 60
    cache: str = "int8"
    base_url: str = ""
    unbound: str = "refuse"
    key_env: str = ""  # the variable that holds the key
    key: str = field(default="", repr=False)
    endpoints: tuple[str, ...] = ()  # the only servers that may be asked; empty: any at a private address
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class CaseText:
    """One document's text of a case file."""

    id: str
    content: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """The texts that are read together, of one matter and never of two; `key` names exactly these, in this order."""

    organization: str
    matter: str
    key: str
    texts: tuple[CaseText, ...]


@dataclass(frozen=True, slots=True)
class CaseBegun:
    """A case file that was taken in hand: how long it is in tokens, how far it was read before, and by what."""

    tokens: int
    done: int
    window: int
    fingerprint: str
    binds: bool | None = None  # whether a server holds its model to the form of an answer

    @property
    def is_warm(self) -> bool:
        return self.done == self.tokens


@dataclass(frozen=True, slots=True)
class CaseRead:
    """What reading a case file took: its tokens, counted by now, and seconds."""

    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CaseQuote:
    """A verbatim range of one text of a case file in code points.

    `score` is the chance the model gave its choice, None where a server tells none.
    """

    text_id: str
    start: int
    end: int
    quote: str
    score: float | None


@dataclass(frozen=True, slots=True)
class CaseDoubt:
    """What a rule holds against a quote: a sentence without words of a document, and the range that raised it."""

    kind: str
    sentence: str
    evidence: CaseQuote
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class CaseAnswered:
    """One answer about a whole case file; `state` is found, not_found, unclear or unsupported.

    `usage` is {"prefill_tokens", "prefill_seconds", "decode_tokens", "seconds"}.
    """

    question_id: str
    state: str
    value: Any
    evidence: tuple[CaseQuote, ...]
    premises: tuple[CaseQuote, ...]
    rule: str
    reason: str
    against: str
    usage: dict[str, float]
    read_by: str
    support: str = ""  # "checked" or "unchecked" by a second reading
    doubts: tuple[CaseDoubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a server out; `window` is what the profile and the server say together."""

    read_by: str
    binds: bool
    is_listed: bool
    window: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """An estimate of tokens, and by what: the model's "tokenizer" on a sample, or "characters"."""

    tokens: int
    by: str


def check_reader(spec: ReaderSpec) -> None:
    """Whether a description contradicts itself, told without opening anything; raises UnfitReader."""
    _whole_profile(spec)


def check_address(spec: ReaderSpec) -> None:
    """Whether a server may be talked to at its address, which is looked up now and at every opening again.

    Raises UnfitReader, and NotThere where nobody knows the address.
    """
    from inference.remote.endpoint import endpoints

    with _words_of_servers():
        endpoints(_whole_profile(spec).base_url, spec.endpoints)


def try_server(spec: ReaderSpec) -> Tried:
    """Ask a server a trifle: whether it is there, serves the model, and holds it to a form.

    Raises UnfitReader and NotThere; nothing of it is kept.
    """
    reader = _open(spec)
    return Tried(reader.read_by, reader.binds, reader.is_listed, reader.window)


def window_of(spec: ReaderSpec) -> int | None:
    """How many tokens a reader takes at once, told from its description and folder; None where nothing says so."""
    if spec.kind != "engine":
        return spec.window
    from inference.engine.estimate import window_of as engine_window

    return engine_window(_whole_profile(spec))


def count_tokens(spec: ReaderSpec, sample: Sequence[str], characters: int) -> Counted:
    """About how many tokens so many characters take, judged by a sample of them. Opens no model."""
    counted = sum(map(len, sample))
    if spec.kind == "engine" and counted:
        from pathlib import Path

        from inference.engine.estimate import tokens_of
        from inference.types import CaseFile, SourceText

        documents = tuple(SourceText(str(place), words) for place, words in enumerate(sample))
        tokens = tokens_of(Path(spec.model), CaseFile(documents))
        if tokens is not None:
            return Counted(round(tokens * characters / counted), "tokenizer")
    return Counted(round(characters / CHARACTERS_A_TOKEN), "characters")


class _Held:
    """One model and what it has read: never more tokens than its window, which there is memory for.

    A reading belongs to one matter and one case file, and is found by both.
    """

    def __init__(self, spec: ReaderSpec) -> None:
        self.spec = spec
        self.reader: Any = _open(spec)
        self.readings: OrderedDict[tuple[str, str, str], Any] = OrderedDict()

    @property
    def fingerprint(self) -> str:
        made = self.reader.fingerprint
        return f"{made.weights}:{made.code}:{self.spec.reason_tokens}"

    def reading(self, case: Case) -> Any:
        key = (case.organization, case.matter, case.key)
        if key not in self.readings:
            reading = self._begin(case)
            self._make_room(reading)
            self.readings[key] = reading
        self.readings.move_to_end(key)
        return self.readings[key]

    def window(self, reading: Any) -> int:
        """How many tokens it takes at once; of a server that nobody told, as many as the case file has."""
        if self.spec.kind == "remote":
            return int(self.reader.window or reading.total)
        return int(reading.total + reading.room)

    def _begin(self, case: Case) -> Any:
        from inference.types import CaseFile, SourceText

        documents = tuple(SourceText(text.id, text.content, text.language) for text in case.texts)
        return self.reader.begin(CaseFile(documents))

    def _make_room(self, reading: Any) -> None:
        window = self.window(reading)
        while self.readings and reading.total + sum(each.total for each in self.readings.values()) > window:
            self.readings.popitem(last=False)


_held: dict[str, _Held] = {}  # by kind: a server's model takes no memory beside one of this machine


def reader_fingerprint_of(spec: ReaderSpec) -> str:
    """A reader to its weights, settings and code; opens it. Raises UnfitReader and NotThere."""
    return _hold(spec).fingerprint


def begin_case(spec: ReaderSpec, case: Case) -> CaseBegun:
    """Take a case file in hand, or find it where it was read before. Raises UnfitReader, NotThere, CaseTooLong."""
    held = _hold(spec)
    with _in_our_words(spec):
        reading = held.reading(case)
    binds = held.reader.binds if spec.kind == "remote" else None
    return CaseBegun(reading.total, reading.done, held.window(reading), held.fingerprint, binds)


def read_case(
    spec: ReaderSpec, case: Case, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> CaseRead:
    """Read what has not been read of a case file yet. Raises UnfitReader, NotThere, CaseTooLong, CalledOff."""
    held = _hold(spec)
    with _in_our_words(spec):
        reading = held.reading(case)
        before = reading.usage.seconds
        if not reading.is_complete:
            reading.prefill(progress, cancelled)
    return CaseRead(reading.total, float(reading.usage.seconds - before))


def ask_case(
    spec: ReaderSpec, case: Case, questions: Sequence[Asked], cancelled: Callable[[], bool]
) -> Iterator[CaseAnswered]:
    """Each answer about a case file that was read, as it is finished.

    Raises, after those that were, CalledOff, UnfitReader, NotThere and CaseTooLong.
    """
    held = _hold(spec)
    asked = tuple(map(_question, questions))
    with _in_our_words(spec):
        for answer in held.reader.ask(held.reading(case), asked, cancelled=cancelled):
            yield _case_answered(answer)


def forget_cases(organization: str, matter: str) -> None:
    """Let go of all that this process has read of a matter."""
    for held in _held.values():
        for key in [key for key in held.readings if key[:2] == (organization, matter)]:
            del held.readings[key]


def close_whole_reader() -> None:
    """Let go of the models of this process and of all they have read."""
    for kind in list(_held):
        _close(kind)


def _close(kind: str) -> None:
    if _held.pop(kind, None) is not None and kind == "engine":
        gc.collect()
        if torch := sys.modules.get("torch"):
            torch.cuda.empty_cache()  # does nothing where there is no GPU


def _hold(spec: ReaderSpec) -> _Held:
    held = _held.get(spec.kind)
    if held is None or held.spec != spec:
        _close(spec.kind)  # two models may not fit beside each other
        held = _held[spec.kind] = _Held(spec)
    return held


def _open(spec: ReaderSpec) -> Any:
    from inference.reader import open_reader

    profile = _whole_profile(spec)
    if spec.kind != "remote":
        with _in_our_words(spec):
            return open_reader(profile)
    if spec.key_env and not spec.key:
        raise UnfitReader(f"{spec.key_env} holds no key on the machine of the worker that tried to open it.")
    from pathlib import Path

    from inference.remote.endpoint import Access

    with _in_our_words(spec):
        ca_file = Path(spec.ca_file) if spec.ca_file else None
        return open_reader(profile, Access(allow=spec.endpoints, key=spec.key, ca_file=ca_file))


def _in_our_words(spec: ReaderSpec) -> AbstractContextManager[None]:
    """What goes wrong behind the door, as this door says it."""
    return _words_of_servers() if spec.kind == "remote" else _words_of_models()


@contextmanager
def _words_of_servers() -> Iterator[None]:
    """Imports nothing heavy. A server that failed is tried out anew the next time it is wanted."""
    from inference.remote import errors

    try:
        with _words_of_both():
            yield
    except errors.CalledOff:
        raise CalledOff from None
    except errors.RemoteFailure as failure:
        _close("remote")
        if isinstance(failure, errors.TooSlow):
            raise NotThere(str(failure), wait=300) from None
        if isinstance(failure, (errors.ServerGone, errors.ServerBusy)):
            raise NotThere(str(failure)) from None
        raise UnfitReader(str(failure)) from None


@contextmanager
def _words_of_models() -> Iterator[None]:
    from inference.engine.fits import ModelDoesNotFit
    from inference.engine.plain_tokens import UnfitTokenizer
    from inference.engine.prefill import Cancelled

    try:
        with _words_of_both():
            yield
    except Cancelled:
        raise CalledOff from None
    except ModelDoesNotFit as refusal:
        raise UnfitReader(str(refusal), refusal.asked, refusal.there) from None
    except UnfitTokenizer as refusal:
        raise UnfitReader(str(refusal)) from None


@contextmanager
def _words_of_both() -> Iterator[None]:
    from inference.engine.ask import Unanswered
    from inference.engine.profile import ProfileError
    from inference.engine.prompt import CaseFileTooLong

    try:
        yield
    except Unanswered:
        raise CalledOff from None
    except CaseFileTooLong as refusal:
        raise CaseTooLong(str(refusal)) from None
    except ProfileError as refusal:
        raise UnfitReader(str(refusal)) from None


def _whole_profile(spec: ReaderSpec) -> Any:
    from inference.engine.profile import ProfileError

    try:
        return _engine_profile(spec) if spec.kind == "engine" else _remote_profile(spec)
    except ProfileError as refusal:
        raise UnfitReader(str(refusal)) from None


def _engine_profile(spec: ReaderSpec) -> Any:
    from pathlib import Path

    from inference.engine.profile import EngineProfile

    names = ("quantization", "dtype", "window", "rope", "rope_factor", "chunk", "side_by_side")
    settings = {name: getattr(spec, name) for name in (*names, "reason_tokens", "cache", "name")}
    return EngineProfile(model=Path(spec.model), **settings)


def _remote_profile(spec: ReaderSpec) -> Any:
    from inference.remote.profile import RemoteProfile

    names = ("base_url", "model", "window", "side_by_side", "reason_tokens", "unbound")
    return RemoteProfile.from_values({name: getattr(spec, name) for name in names}, spec.name)


def _case_answered(answer: Any) -> CaseAnswered:
    return CaseAnswered(
        question_id=answer.question_id,
        state=answer.state,
        value=_plain(answer.value),
        evidence=_case_quotes(answer.evidence),
        premises=_case_quotes(answer.premises),
        rule=answer.rule,
        reason=answer.reason,
        against=answer.against,
        usage={
            "prefill_tokens": answer.usage.prefill_tokens,
            "prefill_seconds": answer.usage.prefill_seconds_share,
            "decode_tokens": answer.usage.decode_tokens,
            "seconds": answer.usage.seconds,
        },
        read_by=answer.read_by,
        support=answer.support,
        doubts=tuple(
            CaseDoubt(each.kind, each.sentence, _case_quote(each.evidence), each.is_decisive)
            for each in answer.doubts
        ),
    )


def _case_quotes(found: Sequence[Any]) -> tuple[CaseQuote, ...]:
    return tuple(map(_case_quote, found))


def _case_quote(found: Any) -> CaseQuote:
    return CaseQuote(found.document_id, found.start, found.end, found.quote, found.score or None)
