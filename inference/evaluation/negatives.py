"""Quotes that are exact and support nothing, and beside each its twin that does: short case files of our own.

Five families of what misleads a reader: a negation, the wrong party, an exception, words that were superseded, a
definition that lays nothing down. The sentences stand in `support_frames.json`, the quote between « and »; a twin has
the same contract, the same question and words nearly the same, so whoever calls everything false gains nothing.

The rules of `inference.doubts` were made looking at these. `second_cases`, of other wording and with a cast of their
own, were written when the rules first stood, and the rules were mended by them; `fresh_cases` were written after that,
and no rule was changed for them.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from inference.types import CaseFile, Evidence, Question, SourceText

FAMILIES = ("negation", "wrong party", "carve-out", "superseded", "definition only")

_FRAMES = Path(__file__).with_name("support_frames.json")
_SECOND = Path(__file__).with_name("second_support_frames.json")
_FRESH = Path(__file__).with_name("fresh_support_frames.json")
_CASTS = (
    {"A": "Supplier", "B": "Customer", "a": "Halden Mills LLC", "b": "Birchfield Foods, Inc."},
    {"A": "Landlord", "B": "Tenant", "a": "Quayside Estates Ltd", "b": "Marlow & Finch LLP"},
    {"A": "Licensor", "B": "Licensee", "a": "Orrin Software GmbH", "b": "Tessera Clinics AG"},
    {"A": "Lender", "B": "Borrower", "a": "Northgate Finance plc", "b": "Elmira Shipping S.A."},
    {"A": "Franchisor", "B": "Franchisee", "a": "Copper Kettle Pte. Ltd.", "b": "Sunda Cafés Sdn. Bhd."},
    {"A": "Contractor", "B": "Owner", "a": "Brackwater Works B.V.", "b": "City of Aldermere"},
)
_OTHER_CASTS = (
    {"A": "Publisher", "B": "Author", "a": "Fernhill Press Ltd", "b": "Ines Calloway Studio LLC"},
    {"A": "Operator", "B": "Shipper", "a": "Tidewater Lines SA", "b": "Corran Malt Company"},
    {"A": "Vendor", "B": "Purchaser", "a": "Aldous Instruments BV", "b": "Kestrel Hospitals Trust"},
)
_TERMS = (
    {"days": "thirty (30)", "sum": "USD 250,000", "place": "Oregon", "year": "2026"},
    {"days": "sixty (60)", "sum": "GBP 1,200,000", "place": "Scotland", "year": "2027"},
    {"days": "forty-five (45)", "sum": "EUR 80,000", "place": "Bavaria", "year": "2028"},
    {"days": "ninety (90)", "sum": "EUR 3,500,000", "place": "Cyprus", "year": "2029"},
    {"days": "ten (10)", "sum": "SGD 400,000", "place": "Johor", "year": "2030"},
    {"days": "twenty (20)", "sum": "CHF 950,000", "place": "Zealand", "year": "2031"},
)
_FILLERS = (
    "Headings are for convenience and do not affect the meaning of any clause.",
    "This Agreement is made in English, and any translation is for information.",
    "Notices are given in writing and take effect when they are received.",
    "This Agreement may be signed in counterparts, which together are one document.",
    "If one clause is void, the others remain as they are.",
    "{A} and {B} shall each name one person who speaks for it in daily business.",
    "{A} and {B} shall meet once a quarter to speak about their work together.",
    "A clause is changed only by a document that both {A} and {B} have signed.",
    "{B} shall give {A} a list of its business days in {place} at the start of each year.",
    "What one party does not insist on today it may insist on tomorrow.",
)
_OTHER_CHANGE = "The address of {B} for notices is changed to 4 Harbour Road."
_OTHER_CLAUSE_CHANGE = (
    "Clause {other} of the Agreement is hereby amended to read: “All letters go to 4 Harbour Road.”"
)

Cast = dict[str, str]


@dataclass(frozen=True)
class Frame:
    """One question in two contracts: `wrong` does not answer it and `right` does; `later` changes `wrong`."""

    family: str
    name: str
    definition: str
    wrong: str
    right: str
    later: str


@dataclass(frozen=True)
class SupportCase:
    """A case file, a question and an exact quote; `supports` says whether the answer may be "found"."""

    id: str
    family: str
    case_file: CaseFile
    question: Question
    quote: Evidence
    supports: bool


def support_cases() -> tuple[SupportCase, ...]:
    """Every frame with every cast, a negative and its twin: the same each time, 330 of each."""
    return _cases(_FRAMES, _CASTS, _OTHER_CHANGE)


def second_cases() -> tuple[SupportCase, ...]:
    """The same of other wording and with another cast: 90 of each."""
    return _cases(_SECOND, _OTHER_CASTS, _OTHER_CLAUSE_CHANGE)


def fresh_cases() -> tuple[SupportCase, ...]:
    """The same once more, written last: 72 of each."""
    return _cases(_FRESH, _OTHER_CASTS, _OTHER_CLAUSE_CHANGE)


def _cases(file: Path, casts: Sequence[Cast], other_change: str) -> tuple[SupportCase, ...]:
    return tuple(
        case
        for place, frame in enumerate(_frames(file))
        for number, (cast, terms) in enumerate(zip(casts, _TERMS, strict=False))
        for case in _pair(frame, f"{place}-{number}", place * 100 + number, cast | terms, other_change)
    )


@cache
def _frames(file: Path) -> tuple[Frame, ...]:
    return tuple(Frame(**row) for row in json.loads(file.read_text(encoding="utf-8"))["frames"])


def _pair(frame: Frame, own_id: str, seed: int, cast: Cast, other_change: str) -> Iterator[SupportCase]:
    words = cast | {"al": cast["A"].lower(), "bl": cast["B"].lower()}
    name, definition = (text.format(**words) for text in (frame.name, frame.definition))
    for supports in (False, True):
        own = f"{own_id}-{'twin' if supports else 'negative'}"
        later = (other_change if supports else frame.later) if frame.later else ""
        clause = frame.right if supports else frame.wrong
        case_file, quote = _written(clause, later, words, seed)
        question = Question(own, name, definition, "text")
        yield SupportCase(own, frame.family, case_file, question, quote, supports)


def _written(clause: str, later: str, words: Cast, seed: int) -> tuple[CaseFile, Evidence]:
    """The contract with the clause among others, its amendment where there is one, and the quote's place."""
    draw = random.Random(seed)
    clauses = draw.sample(_FILLERS, 5)
    place = draw.randrange(len(clauses) + 1)
    clauses.insert(place, clause)
    words = words | {"clause": str(place + 1), "other": str(place or len(clauses))}
    marked = _contract("AGREEMENT", "{a} (“{A}”) and {b} (“{B}”) agree:", clauses, words)
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    documents = [SourceText("agreement", text, "en")]
    if later:
        opening = "{a} and {b} amend their Agreement with effect from 1 May {year}:"
        documents.append(SourceText("amendment", _contract("FIRST AMENDMENT", opening, [later], words), "en"))
    return CaseFile(tuple(documents)), Evidence("agreement", start, end, text[start:end], 1.0)


def _contract(title: str, opening: str, clauses: Sequence[str], words: Cast) -> str:
    numbered = (f"{number}. {clause.format(**words)}" for number, clause in enumerate(clauses, start=1))
    return "\n\n".join((title, opening.format(**words), *numbered)) + "\n"
