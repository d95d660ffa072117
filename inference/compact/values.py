"""Typed values computed from the words of the evidence; None wherever the words do not settle one. Never guesses."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from inference.types import (
    AnswerState,
    DateValue,
    DurationValue,
    Evidence,
    JurisdictionValue,
    Question,
    TextValue,
    Value,
    YesNoValue,
)

from .jurisdictions import JURISDICTIONS

_MONTH_STARTS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: n for n, name in enumerate(_MONTH_STARTS.split(), start=1)}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})\s*(?:s\s?t|n\s?d|r\s?d|t\s?h)?"
_WORDED = (
    re.compile(rf"\b{_DAY}\s+(?:day\s+of\s+|of\s+)?{_MONTH}\s*,?\s*(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s*{_DAY}\s*,?\s*(?P<year>\d{{4}})\b", re.IGNORECASE),
)
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_TO_TWENTY = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
_NUMBER_WORDS = {word: n for n, word in enumerate(_TO_TWENTY.split(), start=1)} | {
    "twenty-four": 24,
    "thirty": 30,
    "thirty-six": 36,
    "forty-five": 45,
    "sixty": 60,
    "ninety": 90,
}
_DURATION = re.compile(
    r"\b(?P<word>[a-z]+(?:-[a-z]+)?|\d{1,3})\s*(?:\((?P<digits>\d{1,3})\)\s*)?[-\s]?"
    r"(?:business\s+|calendar\s+|consecutive\s+|full\s+)?(?P<unit>day|week|month|year)s?\b",
    re.IGNORECASE,
)


def value_of(question: Question, state: AnswerState, evidence: Sequence[Evidence]) -> Value | None:
    """The typed value of an answer, only where what is shown first settles it."""
    if state != "found" or not evidence:
        return None
    quotes = [each.quote for each in evidence]
    match question.answer_type:
        case "date":
            return _one(date_in, quotes)
        case "jurisdiction":
            return _one(jurisdiction_in, quotes)
        case "duration":
            return _one(duration_in, quotes)
        case "yes_no":
            return YesNoValue(True)
        case "text":
            return TextValue(" ".join(quotes[0].split())) if len(quotes[0]) <= 200 else None
    return None


def _one(find: Callable[[str], Value | None], quotes: Sequence[str]) -> Value | None:
    """The value all telling quotes agree on."""
    found = {value for value in map(find, quotes) if value is not None}
    return found.pop() if len(found) == 1 else None


def date_in(text: str) -> DateValue | None:
    """The one full date a text names; None for none, several, an impossible or an ambiguous one."""
    found = _dates(text)
    only = found.pop() if len(found) == 1 else None
    return DateValue(only.isoformat()) if only else None


def _dates(text: str) -> set[date | None]:
    named = {
        _date(m["year"], m["month"], m["day"]) for pattern in (*_WORDED, _ISO) for m in pattern.finditer(text)
    }
    return named | {_numeric(*match.groups()) for match in _NUMERIC.finditer(text)}


def _date(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def _numeric(first: str, second: str, year: str) -> date | None:
    """Day and month are told apart only when one of them is over twelve or both are equal."""
    if int(first) > 12:
        return _date(year, second, first)
    return _date(year, first, second) if int(second) > 12 or first == second else None


def duration_in(text: str) -> DurationValue | None:
    """The one length of time a text names; None for none or several."""
    found = {value for match in _DURATION.finditer(text) if (value := _duration(match)) is not None}
    return found.pop() if len(found) == 1 else None


def _duration(match: re.Match[str]) -> DurationValue | None:
    word = match["word"].lower()
    count = int(word) if word.isdigit() else _NUMBER_WORDS.get(word)
    if match["digits"]:
        if count is not None and count != int(match["digits"]):
            return None  # "thirty (60) days" settles nothing
        count = int(match["digits"])
    if not count:
        return None
    match match["unit"].lower():
        case "day":
            return DurationValue(count, "days")
        case "week":
            return DurationValue(count, "weeks")
        case "month":
            return DurationValue(count, "months")
        case _:
            return DurationValue(count, "years")


def jurisdiction_in(text: str) -> JurisdictionValue | None:
    """The place whose law a text names; None for none or several."""
    found = {name for name, pattern in JURISDICTIONS if pattern.search(text)}
    return JurisdictionValue(found.pop()) if len(found) == 1 else None
