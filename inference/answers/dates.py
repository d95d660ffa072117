"""Dates in running text, complete, partly blank or written so that they can be read in two ways.

The year rules: two digits from 70 to 99 mean the twentieth century, others the twenty-first; a year from 2400 to
2643 is of the Buddhist era, 543 ahead. Both are said in the note.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain

from inference.types import AmbiguousValue, DateValue

from .date_places import MONTHS, letters_before, matches, months_in, words_before, years_in
from .words import NUMBER, ORDINAL, number, ordinal

_MONTHS = {name: n for n, name in enumerate(MONTHS, start=1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_BLANK = r"[_\[\]*•●.…\s-]{0,60}"
_SUFFIX = r"(?: ?(?:s ?t|n ?d|r ?d|t ?h)\b)?"
_DAY = rf"(?P<day>\d{{1,2}}|{ORDINAL}){_SUFFIX}"
_YEAR = (
    rf"(?:the year )?(?:of )?(?:B\.?E\.? ?)?(?P<year>\d{{4}}(?!\d)|'\d{{2}}(?!\d)|(?:two thousand|nineteen)"
    rf"(?: and)? ?{NUMBER})"
)
_DAY_FIRST = re.compile(
    rf"\b{_DAY}(?: ?\(\d{{1,2}}{_SUFFIX}\))? ?(?:day )?(?:of"
    rf" )?(?:[a-z]{{3,6}}day,? )?(?:the month of )?{_MONTH}"
    rf"(?: day)?[ ,]{{0,3}}(?:of |in )?{_YEAR}",
    re.IGNORECASE,
)
_BEFORE_A_MONTH = 64  # code points of the longest words that such a date puts before its month
_MONTH_FIRST = re.compile(rf"\b{_MONTH} ?(?:the )?{_DAY}[ ,.]{{0,4}}(?:of |in )?{_YEAR}", re.IGNORECASE)
_SHORT_FORM = re.compile(
    rf"\b(?P<day>\d{{1,2}})[-/ ]{_MONTH}[-/ ,]{{1,3}}(?P<year>\d{{4}}|\d{{2}})\b", re.IGNORECASE
)
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/]|[.-]\d)")
_MONTH_AND_YEAR = re.compile(rf"\b{_MONTH}{_BLANK},?{_BLANK}(?P<year>\d{{4}})\b", re.IGNORECASE)
_CENTURY = r"(?P<century>19|20)(?P<decade>\d?)(?P<open>[_\[\]*]{1,20}| ?$)"
_MONTH_FIRST_IN_CENTURY = re.compile(rf"\b{_MONTH} {_DAY}[ ,]{{0,3}}{_CENTURY}", re.IGNORECASE)
_DAY_FIRST_IN_CENTURY = re.compile(
    rf"\b{_DAY} ?(?:day )?(?:of )?{_MONTH}[ ,]{{0,3}}{_CENTURY}", re.IGNORECASE
)
_MONTH_IN_CENTURY = re.compile(rf"\b{_MONTH}{_BLANK},?{_BLANK}{_CENTURY}", re.IGNORECASE)
_DAYS_ONLY = (
    re.compile(rf"\b{_MONTH} ?{_DAY}{_BLANK},?{_BLANK}$", re.IGNORECASE),
    re.compile(rf"\b{_DAY} ?(?:day )?(?:of )?{_MONTH}{_BLANK},?{_BLANK}$", re.IGNORECASE),
)
_BARE_YEAR = re.compile(r"(?<![\d.,$])(?P<year>19\d{2}|20\d{2})(?![\d,]\d|\d)")
_BARE_CENTURY = re.compile(r"(?<![\d.,$])" + _CENTURY)
_BLANK_AND_YEAR = re.compile(r"(?:[_\]*•●]|\bday of ?),? ?,? ?(?P<year>19\d{2}|20\d{2})(?!\d)", re.IGNORECASE)
_BLANKS, _BEFORE_A_YEAR = "_]*•●dD", 11  # what that begins with, and code points up to the year
SHORT = 80  # a quote this short is a date and nothing else


@dataclass(frozen=True)
class FoundDate:
    """A date at its place in plain text; `other` is the second way to read it, `mark` what stands between digits."""

    start: int
    end: int
    iso: str
    note: str = ""
    other: str = ""
    mark: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether year, month and day are known."""
        return len(self.iso) == 10 and "X" not in self.iso


def dates_in(text: str, *, everywhere: bool = False) -> list[FoundDate]:
    """All dates of a plain text in their order; partial ones only where no complete one covers their words.

    `everywhere` tries every pattern at every place: the same, and ten times as slow.
    """
    found: list[FoundDate] = []
    taken = bytearray(len(text))
    months = range(len(text) + 1) if everywhere else months_in(text)
    years = range(len(text) + 1) if everywhere else years_in(text)
    days = [*words_before(text, months, _BEFORE_A_MONTH)]
    for each in chain(
        _worded(text, months, days),
        _iso(text),
        _numeric(text),
        _in_a_century(text, months, days),
        _month_and_year(text, months),
        _year_after_a_blank(text, years),
    ):
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\1" * (each.end - each.start)
            found.append(each)
    if not found and len(text) <= SHORT:
        found = [*_bare(text)][:1]
    return sorted(found, key=lambda each: each.start)


def _worded(text: str, months: Sequence[int], days: Sequence[int]) -> Iterator[FoundDate]:
    for match in chain(
        matches(_DAY_FIRST, text, days),
        matches(_MONTH_FIRST, text, months),
        matches(_SHORT_FORM, text, words_before(text, months, 3)),
    ):
        if (made := _made(match, match["year"], match["month"], match["day"])) is not None:
            yield made


def _iso(text: str) -> Iterator[FoundDate]:
    for match in _ISO.finditer(text):
        if (made := _made(match, match["year"], match["month"], match["day"])) is not None:
            yield made


def _numeric(text: str) -> Iterator[FoundDate]:
    for match in _NUMERIC.finditer(text):
        first, mark, second, year = match.groups()
        if mark == "." and len(year) == 2:
            continue  # a number of a section rather than a date
        month_first = _made(match, year, first, second)
        day_first = _made(match, year, second, first)
        if month_first is None or day_first is None:
            one = month_first or day_first
            if one is not None:
                yield replace(one, mark=mark)
        else:
            other = "" if month_first.iso == day_first.iso else day_first.iso
            yield replace(month_first, other=other, mark=mark)


def _made(match: re.Match[str], year: str, month: str, day: str) -> FoundDate | None:
    """The date these words make; None for one that no calendar has."""
    full, note = _full_year(year)
    number_of_day = int(day) if day.isdigit() else ordinal(day)
    number_of_month = int(month) if month.isdigit() else _MONTHS[month[:3].casefold()]
    if full is None or number_of_day is None:
        return None
    try:
        iso = date(full, number_of_month, number_of_day).isoformat()
    except ValueError:
        return None
    return FoundDate(match.start(), match.end(), iso, note)


def _full_year(words: str) -> tuple[int | None, str]:
    digits = words.lstrip("'")
    if not digits.isdigit():
        return _year_in_words(digits.lower()), ""
    year = int(digits)
    if len(digits) == 2:
        full = year + (1900 if year >= 70 else 2000)
        return full, f"The year is written with two digits, {digits}, and read as {full}."
    if 2400 <= year <= 2643:
        return year - 543, f"The year {year} is of the Buddhist era and read as {year - 543}."
    return (year, "") if 1600 <= year <= 2399 else (None, "")


def _year_in_words(words: str) -> int | None:
    for start, base in (("two thousand", 2000), ("nineteen", 1900)):
        if words.startswith(start):
            rest = words[len(start) :].strip().removeprefix("and ").removeprefix("hundred").strip()
            part = number(rest.removeprefix("and ")) if rest else 0
            return base + part if part is not None and part < 100 else None
    return None


def _in_a_century(text: str, months: Sequence[int], days: Sequence[int]) -> Iterator[FoundDate]:
    for match in chain(
        matches(_MONTH_FIRST_IN_CENTURY, text, months),
        matches(_DAY_FIRST_IN_CENTURY, text, days),
    ):
        day = int(match["day"]) if match["day"].isdigit() else ordinal(match["day"]) or 0
        if match["open"].strip() and 1 <= day <= 31:
            yield _partial(match, _opened(match), match["month"], day)
    for match in matches(_MONTH_IN_CENTURY, text, months):
        if match["open"].strip():
            yield _partial(match, _opened(match), match["month"])


def _opened(match: re.Match[str]) -> str:
    return (match["century"] + match["decade"]).ljust(4, "X")


def _month_and_year(text: str, months: Sequence[int]) -> Iterator[FoundDate]:
    for match in matches(_MONTH_AND_YEAR, text, months):
        yield _partial(match, match["year"], match["month"])


def _year_after_a_blank(text: str, years: Sequence[int]) -> Iterator[FoundDate]:
    for match in matches(_BLANK_AND_YEAR, text, letters_before(text, _BLANKS, years, _BEFORE_A_YEAR)):
        yield _partial(match, match["year"])


def _bare(text: str) -> Iterator[FoundDate]:
    """What a quote of nothing but a half-filled date says."""
    for pattern in (_BARE_YEAR, _BARE_CENTURY):
        for match in pattern.finditer(text):
            year = match.groupdict().get("year") or _opened(match)
            yield _partial(match, year)
    for match in (each for pattern in _DAYS_ONLY for each in pattern.finditer(text)):
        day = int(match["day"]) if match["day"].isdigit() else ordinal(match["day"]) or 0
        if 1 <= day <= 31:
            yield _partial(match, "XXXX", match["month"], day)


def _partial(match: re.Match[str], year: str, month: str = "", day: int = 0) -> FoundDate:
    iso = year + (f"-{_MONTHS[month[:3].casefold()]:02}" if month else "") + (f"-{day:02}" if day else "")
    return FoundDate(match.start(), match.end(), iso, "The date is not filled in completely.")


def value_of_date(found: FoundDate, settle: Callable[[FoundDate], str]) -> DateValue | AmbiguousValue:
    """The date, where the rest of the contract settles a doubtful one; else both ways to read it.

    `settle` gives the ISO form that the contract settles on, or "".
    """
    if not found.other:
        return DateValue(found.iso, found.note)
    if settled := settle(found):
        why = "Day and month are in the order the contract uses elsewhere."
        return DateValue(settled, f"{found.note} {why}".strip())
    readings = tuple(DateValue(iso) for iso in sorted((found.iso, found.other)))
    return AmbiguousValue(readings, "Day and month can be read either way.")


def settled_by(text: str) -> Callable[[FoundDate], str]:
    """How the rest of a text settles a date written in numbers: by the same day in words, or by its habit."""

    @lru_cache(maxsize=1)
    def named_elsewhere() -> frozenset[str]:
        everywhere = dates_in(" ".join(text[:LONGEST_TEXT].split()))
        return frozenset(each.iso for each in everywhere if not each.other)

    @lru_cache(maxsize=64)
    def settle(found: FoundDate) -> str:
        named = named_elsewhere()
        same = [iso for iso in (found.iso, found.other) if iso in named]
        if len(same) == 1:
            return same[0]
        return _by_habit(found, text)

    return settle


LONGEST_TEXT = 200_000  # code points looked through for the habit of a contract


def _by_habit(found: FoundDate, text: str) -> str:
    """Month first or day first, where the text's other dates with the same marks are all of one kind."""
    firsts = {
        "month" if int(second) > 12 else "day"
        for first, mark, second, _ in _NUMERIC.findall(text[:LONGEST_TEXT])
        if mark == found.mark and (int(first) > 12) != (int(second) > 12)
    }
    if len(firsts) != 1:
        return ""
    return found.iso if firsts == {"month"} else found.other


def later(iso: str, count: int, unit: str) -> str | None:
    """The ISO date so much later, as far as it is known; None where the calendar or the unit does not tell.

    Of a partly known date only years can be counted on, and months where the month is known.
    """
    if unit == "business_days":
        return None
    if unit in ("days", "weeks"):
        return _days_later(iso, count * (7 if unit == "weeks" else 1))
    months = count * (12 if unit == "years" else 1)
    return _months_later(iso, months)


def _days_later(iso: str, days: int) -> str | None:
    try:
        return date.fromordinal(date.fromisoformat(iso).toordinal() + days).isoformat()
    except (ValueError, OverflowError):
        return None


def _months_later(iso: str, months: int) -> str | None:
    if "X" in iso[:4]:
        if months % 12 or len(iso) < 10:
            return None
        within_century = iso[3] == "X" and iso[2] != "X" and int(iso[2]) * 10 + 9 + months // 12 < 100
        return (iso[:2] if within_century else "XX") + "XX" + iso[4:]
    year = int(iso[:4])
    if len(iso) < 7:
        return f"{year + months // 12:04}" if months % 12 == 0 and year + months // 12 < 9999 else None
    count = year * 12 + int(iso[5:7]) - 1 + months
    year, month = count // 12, count % 12 + 1
    if not 1 <= year <= 9999:
        return None
    if len(iso) == 7:
        return f"{year:04}-{month:02}"
    day = min(int(iso[8:]), _days_of(year, month))
    return f"{year:04}-{month:02}-{day:02}"


def _days_of(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1) if year < 9999 else date(9999, 12, 31)
    return (following - date(year, month, 1)).days
