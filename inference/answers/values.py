"""The front door of typed answers: all of one document's answers together, so that one can settle another.

A value is None wherever the words settle nothing; where they allow several readings, it names all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.clause_types import load_clause_types
from inference.types import AnswerState, TextValue, Value

from .dates import settled_by
from .defined_days import defined_days
from .durations import durations_in, one_duration
from .expiry import Starts, expiration_date
from .jurisdictions import jurisdiction_value
from .money import yes_with_amounts
from .notice import notice_value
from .parties import parties_value
from .renewal import renewal_value
from .starts import Day, Quoted, agreement_date, effective_date, quoted
from .titles import LONGEST, title_value
from .words import plain

AGREEMENT, EFFECTIVE, EXPIRATION = "Agreement Date", "Effective Date", "Expiration Date"
ANCHORS = (AGREEMENT, EFFECTIVE)  # what other values may be counted from, asked or not
COUNTED = (*ANCHORS, EXPIRATION)  # the clause types whose values need them
TITLE = "Document Name"
_MOST_QUOTES = 60


@dataclass(frozen=True)
class Settled:
    """One answered question of a document: what was asked, and where its evidence stands, best first."""

    clause_type: str | None
    answer_type: str
    state: AnswerState
    spans: tuple[tuple[int, int], ...]


def values_of(text: str, answers: Sequence[Settled]) -> list[Value | None]:
    """The typed value of each answer of one document, only where what is shown first settles it."""
    document = _Document(text, answers)
    return [document.value(each) for each in answers]


class _Document:
    """One document's evidence and the dates it settles, computed once and only when a value needs them."""

    def __init__(self, text: str, answers: Sequence[Settled]) -> None:
        self._text = text
        self._settle = settled_by(text)
        self._spans = {each.clause_type: each.spans for each in answers if each.state == "found"}
        self._days: tuple[Day | None, Day | None] | None = None

    def value(self, answer: Settled) -> Value | None:
        if answer.state != "found" or not answer.spans:
            return None
        if answer.clause_type == AGREEMENT:
            return self._made_and_effective()[0]
        if answer.clause_type == EFFECTIVE:
            return self._made_and_effective()[1]
        if answer.clause_type == EXPIRATION:
            made, effective = self._made_and_effective()
            look_up = defined_days(self._text, self._settle)
            return expiration_date(self._words(answer), Starts(made, effective, look_up, self._settle))
        return self._by_type(_KNOWN.get(answer.clause_type or "", answer.answer_type), answer)

    def _by_type(self, answer_type: str, answer: Settled) -> Value | None:
        match answer_type:
            case "date":
                return agreement_date(self._quoted(answer.spans), self._settle, None)
            case "jurisdiction":
                return jurisdiction_value(self._words(answer))
            case "duration":
                return one_duration([each for words in self._words(answer) for each in durations_in(words)])
            case "notice_period":
                return notice_value(self._words(answer))
            case "renewal":
                return renewal_value(self._words(answer))
            case "parties":
                return parties_value(self._text, answer.spans)
            case "yes_no" | "money":
                return yes_with_amounts(self._words(answer) if answer_type == "money" else ())
            case "text":
                if answer.clause_type == TITLE:
                    return title_value([self._text[start:end] for start, end in answer.spans[:_MOST_QUOTES]])
                start, end = answer.spans[0]
                words = " ".join(self._text[start:end].split()) if end - start <= 2 * LONGEST else ""
                return TextValue(words) if 0 < len(words) <= LONGEST else None
        return None

    def _made_and_effective(self) -> tuple[Day | None, Day | None]:
        if self._days is None:
            made_by, effective_by = (self._quoted(self._spans.get(name, ())) for name in ANCHORS)
            made = agreement_date(made_by, self._settle, None)
            effective = effective_date(effective_by, self._settle, made)
            self._days = (made or agreement_date(made_by, self._settle, effective), effective)
        return self._days

    def _quoted(self, spans: Sequence[tuple[int, int]]) -> list[Quoted]:
        return [quoted(self._text, start, end) for start, end in _in_order(spans)]

    def _words(self, answer: Settled) -> list[str]:
        return [plain(self._text[start:end]) for start, end in _in_order(answer.spans)]


def _in_order(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The best quotes, in the order of the text."""
    return sorted(set(spans[:_MOST_QUOTES]))


_KNOWN = {known.name: known.answer_type for known in load_clause_types()}


def answering_modules() -> list[Path]:
    """The files a value depends on, for a reader's fingerprint."""
    return sorted(Path(__file__).parent.glob("*.py"))
