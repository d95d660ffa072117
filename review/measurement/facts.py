"""Dates, lengths of time and numbers in a few words, so that "3 March 2021" and "2021-03-03" can be seen to agree.

Only for comparing what two sides wrote; nothing here is ever stored as a value.
"""

import re
from collections.abc import Iterator
from datetime import date

Fact = tuple[str, str]

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
COUNTS = {
    name: number
    for number, name in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        start=1,
    )
} | {"fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_COUNT = "|".join(sorted(COUNTS, key=len, reverse=True))
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b")
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:day\s+of\s+)?({_MONTH})\.?,?\s+(\d{{4}})\b", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_LENGTH = re.compile(
    rf"\b(?:(\d{{1,4}})|({_COUNT}))\)?[\s-]*(?:\((\d{{1,4}})\)[\s-]*)?(day|week|month|year|annum)s?\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,/-])\d{3,}(?:\.\d+)?(?![\w/-])")
_THIS_CENTURY = 50  # a year of two digits below this is of the 2000s


def facts_in(words: str) -> frozenset[Fact]:
    """Every date, length of time and larger number; a date that can be read two ways counts as both."""
    return frozenset({*_dates(words), *_lengths(words), *_numbers(words)})


def _dates(words: str) -> Iterator[Fact]:
    for match in _ISO.finditer(words):
        yield from _date(match[1], match[2], match[3])
    for match in _DAY_FIRST.finditer(words):
        yield from _date(match[3], str(MONTHS[match[2].lower()]), match[1])
    for match in _MONTH_FIRST.finditer(words):
        yield from _date(match[3], str(MONTHS[match[1].lower()]), match[2])
    for match in _SLASHED.finditer(words):
        yield from _date(match[3], match[1], match[2])
        yield from _date(match[3], match[2], match[1])


def _date(year: str, month: str, day: str) -> Iterator[Fact]:
    full = int(year)
    if len(year) == 2:
        full += 2000 if full < _THIS_CENTURY else 1900
    try:
        yield "date", date(full, int(month), int(day)).isoformat()
    except ValueError:
        return


def _lengths(words: str) -> Iterator[Fact]:
    for match in _LENGTH.finditer(words):
        count = int(match[3] or match[1] or COUNTS[match[2].lower()])
        yield "length", _length(count, match[4].lower())


def _length(count: int, unit: str) -> str:
    if unit in {"year", "annum"}:
        return f"{12 * count} months"
    return f"{7 * count} days" if unit == "week" else f"{count} {unit}s"


def _numbers(words: str) -> Iterator[Fact]:
    for match in _NUMBER.finditer(words):
        whole = match[0].replace(",", "")
        if not re.fullmatch(r"(19|20)\d\d", whole):  # a year alone says little
            yield "number", whole.rstrip("0").rstrip(".") if "." in whole else whole
