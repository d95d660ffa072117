"""What goes into a reader and what comes out; offsets are code points of a document's text, end exclusive."""

from dataclasses import dataclass
from typing import Literal, Protocol

AnswerState = Literal["found", "not_found", "unclear", "not_readable"]
Measure = Literal["chance", "likeness"]
CaseState = Literal["found", "not_found", "unclear", "unsupported"]


@dataclass(frozen=True)
class SourceText:
    """One document's immutable text; `language` is a two-letter code, or None when nobody knows it."""

    id: str
    content: str
    language: str | None = None


@dataclass(frozen=True)
class CaseFile:
    """The documents a reader reads together, in reading order."""

    documents: tuple[SourceText, ...]

    def __post_init__(self) -> None:
        ids = [document.id for document in self.documents]
        if len(set(ids)) != len(ids):
            raise ValueError("Two documents of one case file carry the same id.")


@dataclass(frozen=True)
class Head:
    """What was learned from judged passages about one question of a firm's own; plain values, so plain JSON.

    `made_by` names what made the vectors it weighs and `asks` the words of the question: a reader leaves a head
    of another making, or for other words, aside. `weights` are float16 in base64.
    """

    made_by: str
    asks: str
    weights: str
    centre: str
    bias: float


@dataclass(frozen=True)
class Question:
    """One thing to look for; `clause_type` is the reader's own name of it, None for a firm's own question."""

    id: str
    name: str
    definition: str
    answer_type: str
    clause_type: str | None = None
    examples: tuple[str, ...] = ()
    head: Head | None = None


@dataclass(frozen=True)
class JudgedSpan:
    """A range of a text that a person said answers a question, or does not."""

    start: int
    end: int
    right: bool


@dataclass(frozen=True)
class JudgedText:
    """A document with what people said of its passages."""

    document: SourceText
    spans: tuple[JudgedSpan, ...]


@dataclass(frozen=True)
class JudgedVectors:
    """The judged passages of one case file without their words: `vectors` are float16 [passages, dim], row by row.

    `made_by` and `asks` are those of a `Head`: what other vectors or other words made is left aside.
    """

    made_by: str
    asks: str
    vectors: bytes
    right: tuple[bool, ...]


@dataclass(frozen=True)
class Figures:
    """How well passages were told apart when that was cross-validated: area under precision and recall, log-loss."""

    aupr: float
    log_loss: float


@dataclass(frozen=True)
class HeadTrial:
    """What came of fitting a head: itself where it is kept, the reason either way, and what it was judged by.

    `right` and `wrong` count passages of different words. Figures are missing where there was too little to compare.
    """

    head: Head | None
    reason: str
    right: int
    wrong: int
    with_head: Figures | None = None
    zero_shot: Figures | None = None


@dataclass(frozen=True)
class Evidence:
    """A verbatim span: `quote == content[start:end]`; `score` is what the answer's `measure` says."""

    document_id: str
    start: int
    end: int
    quote: str
    score: float


@dataclass(frozen=True)
class Usage:
    """What an answer cost: seconds of this process and tokens of the document read."""

    seconds: float
    tokens: int


@dataclass(frozen=True)
class Coverage:
    """How much of a document was read, in code points."""

    characters_read: int
    characters_total: int

    @property
    def share(self) -> float:
        """From 0 to 1; an empty document counts as read."""
        return self.characters_read / self.characters_total if self.characters_total else 1.0


Unit = Literal["days", "business_days", "weeks", "months", "years"]


@dataclass(frozen=True)
class DateValue:
    """A date in ISO form as far as it is known: "2019-03-04", "2006-11", "2000"; X stands for an unknown digit.

    `note` says in a sentence what was computed or converted, if anything was.
    """

    iso: str
    note: str = ""


@dataclass(frozen=True)
class DurationValue:
    """A length of time, in the unit the evidence uses."""

    count: int
    unit: Unit


@dataclass(frozen=True)
class RelativeDateValue:
    """A date that stands at a distance from a day the contract names and nothing found settles."""

    count: int
    unit: Unit
    anchor: str


@dataclass(frozen=True)
class PerpetualValue:
    """No end is agreed: it runs until somebody ends it."""


@dataclass(frozen=True)
class NoticeValue:
    """How long before the end notice must be given."""

    count: int
    unit: Unit
    note: str = ""


@dataclass(frozen=True)
class RenewalValue:
    """What follows the first term.

    "once": each length of `lengths` follows once; "times": `times` terms of that length; "successive": one term
    after the other; "evergreen": it goes on without terms until somebody ends it. An unknown length leaves
    `lengths` empty. `is_automatic` is None where the words do not say who must act.
    """

    form: Literal["once", "times", "successive", "evergreen"]
    lengths: tuple[DurationValue, ...] = ()
    times: int | None = None
    is_automatic: bool | None = None


@dataclass(frozen=True)
class Place:
    """A legal system by its usual name, and the country of one that is a part of a country."""

    name: str
    country: str = ""


@dataclass(frozen=True)
class JurisdictionValue:
    """The places whose law governs; more than one where the contract names several."""

    places: tuple[Place, ...]


@dataclass(frozen=True)
class Party:
    """Who is bound, as the contract writes the name, and the short names it gives."""

    name: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartiesValue:
    """Everyone who is bound, in the order of the text."""

    parties: tuple[Party, ...]


@dataclass(frozen=True)
class MoneyValue:
    """An amount in minor units (cents, pence; yen as they are) of an ISO 4217 currency."""

    minor: int
    currency: str


@dataclass(frozen=True)
class FeesValue:
    """An amount measured by what was or is to be paid: a percentage of it, over so many months where said."""

    percent: int
    months: int | None = None


@dataclass(frozen=True)
class YesNoValue:
    """Whether the clause is there, and the amounts it names.

    `rule` is "greater" or "lesser" where the clause takes one of its amounts by size.
    """

    yes: bool
    amounts: tuple[MoneyValue | FeesValue, ...] = ()
    rule: Literal["", "greater", "lesser"] = ""


@dataclass(frozen=True)
class TextValue:
    """Words taken from the evidence as they stand."""

    text: str


SettledValue = (
    DateValue
    | RelativeDateValue
    | PerpetualValue
    | DurationValue
    | NoticeValue
    | RenewalValue
    | JurisdictionValue
    | PartiesValue
    | YesNoValue
    | TextValue
)


@dataclass(frozen=True)
class AmbiguousValue:
    """The words allow several readings and nothing found settles which: all of them, and why, in a sentence."""

    readings: tuple[SettledValue, ...]
    note: str


Value = SettledValue | AmbiguousValue


@dataclass(frozen=True)
class OperatingPoints:
    """Two scores of a clause type, measured: how sure what is shown first is, and how low to look to miss little.

    From `quiet` up four in five candidates were right (None where that is never reached); from `thorough` up a right
    one was seen in `thorough_recall` of the contracts that have an answer.
    """

    quiet: float | None
    thorough: float
    thorough_recall: float


@dataclass(frozen=True)
class Answer:
    """One question answered for one document.

    `evidence` is what a screen shows first, `possible` what it folds away, `nearest` the closest passages
    where neither holds any; all of them are sorted by score, best first. `score` is that of the best passage,
    and `measure` says what scores mean: the chance to be right, or likeness to a firm's own question, which is
    no chance. `miss_rate` is how often "not_found" was wrong for this clause type when measured, if it was.
    """

    question_id: str
    document_id: str
    state: AnswerState
    score: float
    evidence: tuple[Evidence, ...]
    possible: tuple[Evidence, ...]
    nearest: tuple[Evidence, ...]
    value: Value | None
    coverage: Coverage
    usage: Usage
    miss_rate: float | None = None
    measure: Measure = "chance"
    points: OperatingPoints | None = None


@dataclass(frozen=True)
class AskUsage:
    """What one question about a prefilled case file cost.

    `prefill_tokens` is the length of the prefix it stood on and `prefill_seconds_share` its part of the seconds
    that reading took, which the first questions share and later ones have for nothing. `decode_tokens` counts the
    tokens the model chose (forced ones are not chosen), a second reading included; `seconds` is the device's time
    for them, each step shared equally by the questions that stood side by side in it. `restored_tokens` of the prefix
    were not prefilled but restored from a saved reading, and the seconds are then those that took.

    Of a remote server, `prefill_tokens` are those of all requests it took, as the server counts them, `cached_tokens`
    those among them that it had kept, None where it does not tell, and `seconds` the time from asking to the end.
    """

    prefill_tokens: int
    prefill_seconds_share: float
    decode_tokens: int
    seconds: float
    cached_tokens: int | None = None
    restored_tokens: int = 0


DoubtKind = Literal[
    "superseded", "definition only", "negation", "wrong party", "cut", "carve-out", "condition", "taken back"
]
Support = Literal["", "checked", "unchecked"]


@dataclass(frozen=True)
class Doubt:
    """A ground on which exact words may not support an answer, found by a rule and not by a model.

    `sentence` is for a lawyer and holds no words of a document; `evidence` is the range that raised it. A decisive
    doubt alone keeps an answer from being found.
    """

    kind: DoubtKind
    sentence: str
    evidence: Evidence
    is_decisive: bool


@dataclass(frozen=True)
class ReadRange:
    """A range of a document that stood before a model."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True)
class CaseCoverage:
    """What an answer rests on where a case file is longer than the model's window; lengths are in code points.

    The passages of `documents_searched` were all compared with the question; `unreadable` names the others.
    `read_again` is what the model itself read, in the order of the documents, `rounds` how often passages were chosen.
    """

    documents: int
    characters: int
    documents_searched: int
    characters_searched: int
    unreadable: tuple[str, ...]
    read_again: tuple[ReadRange, ...]
    rounds: int

    @property
    def share(self) -> float:
        """How much was searched, from 0 to 1."""
        return self.characters_searched / self.characters if self.characters else 1.0

    @property
    def characters_read_again(self) -> int:
        """How much the model itself read."""
        return sum(each.end - each.start for each in self.read_again)

    @property
    def sentence(self) -> str:
        """All that a "not found" claims."""
        again = len({each.document_id for each in self.read_again})
        return (
            f"Searched: {self.documents_searched:,} of {self.documents:,} documents, {self.characters_searched:,} of "
            f"{self.characters:,} characters. Read again by the model: {self.characters_read_again:,} characters "
            f"of {again:,} documents, in {self.rounds} {'round' if self.rounds == 1 else 'rounds'}."
        )


@dataclass(frozen=True)
class CaseAnswer:
    """One question answered for a whole case file.

    `evidence` may stand in any documents of it; an evidence's score is the probability the model gave its choice, 0
    to 1, and 0 where a remote server tells none. "unsupported" keeps the quotes and says in `reason` what they failed:
    a check of their place, a rule that doubts them, or a second reading. Else `reason` and `against` are the model's
    own words, for nobody to take as a quote. A derived value stores its `rule`, in a sentence, and every quoted
    premise it was computed from. `read_by` names the model. `support` says whether a second reading judged the quotes:
    "checked", "unchecked", or "" where nothing is quoted; `doubts` are what rules hold against quotes, those that were
    left out for it included. `coverage` is None where all of the case file stood before the model at once; where it
    did not, "not_found" has the coverage's own sentence as its reason and claims no more.
    """

    question_id: str
    state: CaseState
    value: Value | None
    evidence: tuple[Evidence, ...]
    reason: str
    against: str
    usage: AskUsage
    read_by: str
    premises: tuple[Evidence, ...] = ()
    rule: str = ""
    support: Support = ""
    doubts: tuple[Doubt, ...] = ()
    coverage: CaseCoverage | None = None


@dataclass(frozen=True)
class Fingerprint:
    """What must be equal for two readings to be comparable: SHA-256 of the weights and the code's version."""

    weights: str
    code: str

    def __str__(self) -> str:
        return f"{self.code}+{self.weights[:16]}"


class Reading(Protocol):
    """A case file that has been read once and can be asked many times."""

    @property
    def case_file(self) -> CaseFile: ...

    @property
    def usage(self) -> Usage: ...

    @property
    def to_keep(self) -> dict[str, bytes]: ...
