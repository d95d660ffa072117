"""What a cell of the people's spreadsheet says, and when it says the same as the reader."""

from typing import Any

import pytest

from review.measurement.agreement import (
    holds,
    places_of,
    quote_says_the_same,
    same_words,
    value_says_the_same,
)
from review.measurement.facts import facts_in
from review.measurement.said import NOTHING, Conventions, Meaning, Said, said_in, together

HABITS = Conventions(frozenset(NOTHING), empty_is_nothing=True)
NO_ASSIGNMENT = "No party may assign this Agreement without the prior written consent of the other."


def say(cell: str, meaning: str = "quote", *, yes_no: bool = False, habits: Conventions = HABITS) -> Said:
    return said_in(cell, Meaning(meaning), is_yes_no=yes_no, conventions=habits)


@pytest.mark.parametrize("cell", ["N/A", "none", " Not found. ", "-", "—", ""])
def test_words_for_nothing_say_that_nothing_is_there(cell: str) -> None:
    for meaning in Meaning:
        assert say(cell, meaning) == Said(is_absent=True)


def test_an_empty_cell_may_say_that_nobody_looked() -> None:
    assert say("", habits=Conventions(frozenset(), empty_is_nothing=False)) == Said()


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Yes", Said(is_there=True)),
        ("y", Said(is_there=True)),
        ("✓", Said(is_there=True)),
        ("no", Said(is_absent=True)),
        ("No - see the side letter of 2019", Said(is_absent=True)),
        ("Yes, clause 4", Said(is_there=True)),
        (
            "Yes: assignment needs the consent of the other",
            Said(is_there=True, quotes=("assignment needs the consent of the other",)),
        ),
    ],
)
def test_yes_and_no_are_read_with_what_follows(cell: str, said: Said) -> None:
    assert say(cell, "yes_no") == said
    assert say(cell, "value", yes_no=True) == said


def test_a_clause_that_begins_with_no_is_a_clause() -> None:
    assert say(NO_ASSIGNMENT, yes_no=True) == Said(is_there=True, quotes=(NO_ASSIGNMENT,))
    assert say(NO_ASSIGNMENT, "yes_no").is_there
    assert say("No", yes_no=True).is_absent


def test_a_cell_may_hold_several_quotes() -> None:
    assert say("“First clause.”\n\nSecond clause,\nover two lines.").quotes == (
        "First clause.",
        "Second clause,\nover two lines.",
    )


def test_an_error_of_a_formula_says_nothing() -> None:
    assert say("#REF!") == Said(broken=True)


def test_of_several_cells_one_that_has_it_is_enough() -> None:
    both = together([say("n/a"), say("Delaware", "value")])
    assert both == Said(is_there=True, values=("Delaware",))
    assert together([say("n/a"), say("")]) == Said(is_absent=True)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (NO_ASSIGNMENT, NO_ASSIGNMENT.lower(), True),
        (NO_ASSIGNMENT, "assign this agreement without the prior written consent", True),
        (NO_ASSIGNMENT, "Neither party shall assign this Agreement without prior written consent.", True),
        (NO_ASSIGNMENT, "This Agreement is governed by the laws of Scotland.", False),
        (NO_ASSIGNMENT, "may", False),
        ("", "", False),
    ],
)
def test_quotes_agree_by_half_of_their_words_or_one_within_the_other(
    one: str, other: str, same: bool
) -> None:
    assert same_words(one, other) is same
    assert same_words(other, one) is same


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("2021-03-03", ("date", "2021-03-03")),
        ("made this 3rd day of March, 2021", ("date", "2021-03-03")),
        ("March 3, 2021", ("date", "2021-03-03")),
        ("3 Mar. 2021", ("date", "2021-03-03")),
        ("3/4/21", ("date", "2021-04-03")),
        ("3/4/21", ("date", "2021-03-04")),
        ("12/31/99", ("date", "1999-12-31")),
        ("five (5) years", ("length", "60 months")),
        ("60-month", ("length", "60 months")),
        ("ninety days", ("length", "90 days")),
        ("2 weeks", ("length", "14 days")),
        ("USD 1,250,000.00", ("number", "1250000")),
        ("1250000", ("number", "1250000")),
    ],
)
def test_dates_lengths_and_numbers_are_seen_however_they_are_written(
    words: str, fact: tuple[str, str]
) -> None:
    assert fact in facts_in(words)


def test_what_is_no_fact_is_none() -> None:
    assert facts_in("Section 12.4 of 2021, 31/31/2021, thirty Suppliers") == frozenset()


@pytest.mark.parametrize(
    ("value", "cell", "same"),
    [
        ("2021-03-03", "3 March 2021", True),
        ("2021-03-03", "4 March 2021", False),
        ({"count": 3, "unit": "years"}, "36 months", True),
        ("Delaware", "State of Delaware", True),
        ("England and Wales", "England", True),
        ("Delaware", "New York", False),
        ({"currency": "USD", "minor_units": 125000000}, "125000000", True),
        (["Halden Mills", "Osprey Foods"], "Halden Mills", True),
        (True, "Yes", False),
        (None, "Delaware", False),
    ],
)
def test_values_agree_in_their_meaning(value: Any, cell: str, same: bool) -> None:
    assert value_says_the_same(value, say(cell, "value")) is same


def test_a_value_is_found_in_the_words_of_a_quote() -> None:
    assert quote_says_the_same("made on March 3, 2021", say("2021-03-03", "value"))
    assert quote_says_the_same("governed by the laws of Delaware", say("Delaware", "value"))
    assert not quote_says_the_same("governed by the laws of Delaware", say("Texas", "value"))


def test_words_are_placed_only_where_they_stand_letter_for_letter() -> None:
    content = "1. Term.\nNo party may assign\nthis Agreement."
    assert places_of(["No party may assign this Agreement."], content) == [(9, 44)]
    assert places_of(["No party may transfer this Agreement.", "1."], content) == []


def test_marks_and_letter_case_are_no_difference() -> None:
    assert holds("the “Laws” of England, and Wales", "laws of england and wales")
    assert not holds("Englander", "England")
