"""Typed values: what the words settle, and silence where they do not."""

import pytest

from inference.compact.values import date_in, duration_in, jurisdiction_in, value_of
from inference.types import (
    DateValue,
    DurationValue,
    Evidence,
    JurisdictionValue,
    Question,
    TextValue,
    Value,
    YesNoValue,
)


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("March 4, 2019", "2019-03-04"),
        ("the 4th day of March, 2019", "2019-03-04"),
        ("20t h day of December 2018", "2018-12-20"),
        ("13/07/2005", "2005-07-13"),
        ("2020-02-29", "2020-02-29"),
        ("Made May 1, 2020 (May 1, 2020)", "2020-05-01"),
    ],
)
def test_one_full_date_is_read(words: str, iso: str) -> None:
    assert date_in(words) == DateValue(iso)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "03/04/2019",
        "February 30, 2019",
        "____ day of May, 2019",
        "May 2019",
        "May 1, 2019 or May 2, 2019",
        "6/21/99",
    ],
)
def test_no_date_is_guessed(words: str) -> None:
    assert date_in(words) is None


@pytest.mark.parametrize(
    ("words", "count", "unit"),
    [
        ("at least ninety (90) days before the end", 90, "days"),
        ("for a period of three years", 3, "years"),
        ("a twelve-month period", 12, "months"),
        ("30 business days", 30, "days"),
    ],
)
def test_one_length_of_time_is_read(words: str, count: int, unit: str) -> None:
    assert duration_in(words) == DurationValue(count, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words", ["thirty (60) days", "one year or sixty days", "several years", "the day after"]
)
def test_no_length_of_time_is_guessed(words: str) -> None:
    assert duration_in(words) is None


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("governed by the laws of the State of New York", "New York"),
        ("the internal laws of the Commonwealth of Massachusetts", "Massachusetts"),
        ("the laws of England and Wales", "England and Wales"),
        ("English law applies", "England and Wales"),
        ("the laws of the People's Republic of China", "China"),
        ("the law of West Virginia", "West Virginia"),
        ("construed under Delaware law", "Delaware"),
    ],
)
def test_the_place_whose_law_governs_is_named(words: str, place: str) -> None:
    assert jurisdiction_in(words) == JurisdictionValue(place)


@pytest.mark.parametrize(
    "words", ["the laws of Texas or the laws of Ohio", "courts sitting in Texas", "applicable law"]
)
def test_no_place_is_guessed(words: str) -> None:
    assert jurisdiction_in(words) is None


def answer(kind: str, *quotes: str) -> Value | None:
    evidence = [Evidence("d", 0, len(quote), quote, 0.9) for quote in quotes]
    return value_of(Question("q", "n", "d", kind, "n"), "found", evidence)


def test_quotes_that_agree_make_one_value_and_quotes_that_differ_none() -> None:
    assert answer("date", "March 4, 2019", "4 March 2019") == DateValue("2019-03-04")
    assert answer("date", "March 4, 2019", "March 5, 2019") is None


def test_the_other_kinds() -> None:
    assert answer("yes_no", "It shall not assign.") == YesNoValue(True)
    assert answer("text", "SUPPLY\n  AGREEMENT") == TextValue("SUPPLY AGREEMENT")
    assert answer("parties", "Halden Mills LLC") is None


def test_only_found_has_a_value() -> None:
    assert value_of(Question("q", "n", "d", "yes_no", "n"), "unclear", []) is None
