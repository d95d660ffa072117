"""Small things pages say: typed values, sentences around a quote, headings, paces."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.errors import Invalid
from review.findings.values import is_shape_of, note_of
from review.web.passages import around, headings, section_at
from review.web.values import HINTS, REFUSALS, editable_value, parse_value, shown_value

CONTRACT = """\
1. Definitions
In this Agreement the words below have these meanings.

2. Governing law and courts
This Agreement is made in Oslo. It is governed by the laws of Norway. The courts of Oslo decide any dispute.

2.1 Service of process
3 March 2027 is the day on which it ends.
29 September 2017
10 business days after receipt the notice counts as given to the other party in this way.
"""


@pytest.mark.parametrize(
    ("answer_type", "words", "value", "shown"),
    [
        ("date", "2027-03-31", "2027-03-31", "31 Mar 2027"),
        ("yes_no", "no", False, "No"),
        ("duration", "1 year", {"count": 1, "unit": "years"}, "1 year"),
        ("duration", "90 Days", {"count": 90, "unit": "days"}, "90 days"),
        ("duration", "until terminated", "until terminated", "until terminated"),
        ("text", "", None, ""),
        ("date", "2006-11", {"kind": "date", "date": "2006-11", "note": ""}, "November 2006"),
        (
            "date",
            "20XX-09-14",
            {"kind": "date", "date": "20XX-09-14", "note": ""},
            "14 September, year not filled in",
        ),
        ("date", "no fixed end", {"kind": "perpetual"}, "No fixed end"),
        (
            "date",
            "3 years after the Launch Date",
            {"kind": "after", "count": 3, "unit": "years", "of": "the Launch Date"},
            "3 years after the Launch Date",
        ),
        (
            "notice_period",
            "90 days",
            {"kind": "notice", "count": 90, "unit": "days", "note": ""},
            "90 days of notice",
        ),
        (
            "renewal",
            "successive terms of 1 year, automatic",
            {
                "kind": "renewal",
                "form": "successive",
                "lengths": [{"count": 1, "unit": "years"}],
                "times": None,
                "automatic": True,
            },
            "Successive terms of 1 year, automatic",
        ),
        (
            "renewal",
            "2 terms of 5 years, by choice",
            {
                "kind": "renewal",
                "form": "times",
                "lengths": [{"count": 5, "unit": "years"}],
                "times": 2,
                "automatic": False,
            },
            "2 terms of 5 years, by choice",
        ),
        (
            "renewal",
            "Goes on until ended",
            {"kind": "renewal", "form": "evergreen", "lengths": [], "times": None, "automatic": None},
            "Goes on until ended",
        ),
        (
            "jurisdiction",
            " Norway ",
            {"kind": "law", "places": [{"name": "Norway", "country": ""}]},
            "Norway",
        ),
        (
            "jurisdiction",
            "New York; Ontario, Canada",
            {
                "kind": "law",
                "places": [
                    {"name": "New York", "country": "United States"},
                    {"name": "Ontario", "country": "Canada"},
                ],
            },
            "New York; Ontario, Canada",
        ),
        ("jurisdiction", "the law of the flag", "the law of the flag", "the law of the flag"),
        (
            "parties",
            'Halden Mills LLC ("Supplier", "Halden"); Orrin Kessel',
            {
                "kind": "parties",
                "parties": [
                    {"name": "Halden Mills LLC", "terms": ["Supplier", "Halden"]},
                    {"name": "Orrin Kessel", "terms": []},
                ],
            },
            'Halden Mills LLC ("Supplier", "Halden"); Orrin Kessel',
        ),
        ("money", "yes", True, "Yes"),
        (
            "money",
            "Yes: the greater of USD 1,000,000.00; 100 % of the fees of 12 months",
            {
                "kind": "yes",
                "amounts": [{"minor": 100_000_000, "currency": "USD"}, {"percent": 100, "months": 12}],
                "rule": "greater",
            },
            "Yes: the greater of USD 1,000,000.00; 100 % of the fees of 12 months",
        ),
        (
            "money",
            "Yes: JPY 300,000",
            {"kind": "yes", "amounts": [{"minor": 300_000, "currency": "JPY"}], "rule": ""},
            "Yes: JPY 300,000",
        ),
    ],
)
def test_a_value_is_understood_and_shown(answer_type: str, words: str, value: Any, shown: str) -> None:
    assert parse_value(answer_type, words) == value
    assert shown_value(answer_type, value) == shown
    assert parse_value(answer_type, editable_value(answer_type, value)) == value


@pytest.mark.parametrize(
    ("answer_type", "words"),
    [("date", "31.3.2027"), ("date", "soon after"), ("yes_no", "perhaps"), ("money", "Yes: a lot")],
)
def test_a_value_of_the_wrong_type_is_refused_in_words(answer_type: str, words: str) -> None:
    with pytest.raises(Invalid):
        parse_value(answer_type, words)


@pytest.mark.parametrize(
    ("answer_type", "value", "shown"),
    [
        ("jurisdiction", "New York", "New York"),
        ("duration", {"count": 1, "unit": "years"}, "1 year"),
        ("renewal", {"count": 1, "unit": "years"}, "1 year"),
        ("date", "2019-03-04", "4 Mar 2019"),
        ("yes_no", True, "Yes"),
        ("text", "2019-03-04", "2019-03-04"),
        ("date", ["2019-03-04", "2020-03-04"], "4 Mar 2019; 4 Mar 2020"),
    ],
)
def test_values_stored_before_there_were_kinds_are_still_shown(
    answer_type: str, value: Any, shown: str
) -> None:
    assert shown_value(answer_type, value) == shown


def test_two_readings_are_both_shown_and_the_edit_form_leaves_the_choice_open() -> None:
    value = {
        "kind": "either",
        "readings": ["2005-03-04", "2005-04-03"],
        "note": "Day and month can be read either way.",
    }
    assert shown_value("date", value) == "Either 4 Mar 2005 or 3 Apr 2005"
    assert editable_value("date", value) == ""
    assert note_of(value) == "Day and month can be read either way."


def test_a_cell_of_the_grid_leaves_out_the_short_names() -> None:
    value = parse_value("parties", 'Halden Mills LLC ("Supplier"); Orrin Kessel ("Kessel")')
    assert shown_value("parties", value, short=True) == "Halden Mills LLC; Orrin Kessel"


COUNTS = st.integers(1, 999)
NAMES = (
    st.text(st.sampled_from("abcdefghij ABC.&'-"), min_size=1, max_size=30)
    .map(lambda name: " ".join(name.split()))
    .filter(lambda name: bool(name))
)
LENGTHS = st.fixed_dictionaries(
    {"count": COUNTS, "unit": st.sampled_from(["days", "business_days", "weeks", "months", "years"])}
)
AMOUNTS = st.one_of(
    st.fixed_dictionaries(
        {"minor": st.integers(0, 10**13), "currency": st.sampled_from(["USD", "EUR", "GBP", "JPY"])}
    ),
    st.fixed_dictionaries({"percent": st.integers(1, 999), "months": st.none() | COUNTS}),
)


@given(
    lengths=st.lists(LENGTHS, min_size=1, max_size=3),
    form=st.sampled_from(["once", "successive"]),
    automatic=st.sampled_from([True, False, None]),
)
def test_any_renewal_comes_back_from_its_words(lengths: list[Any], form: str, automatic: bool | None) -> None:
    value = {"kind": "renewal", "form": form, "lengths": lengths, "times": None, "automatic": automatic}
    assert parse_value("renewal", editable_value("renewal", value)) == value
    assert is_shape_of("renewal", value)


@given(
    parties=st.lists(st.fixed_dictionaries({"name": NAMES, "terms": st.lists(NAMES, max_size=3)}), min_size=1)
)
def test_any_parties_come_back_from_their_words(parties: list[Any]) -> None:
    value = {"kind": "parties", "parties": parties}
    assert parse_value("parties", editable_value("parties", value)) == value


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=4), rule=st.sampled_from(["", "greater", "lesser"]))
def test_any_amounts_come_back_from_their_words(amounts: list[Any], rule: str) -> None:
    value = {"kind": "yes", "amounts": amounts, "rule": rule}
    assert parse_value("money", editable_value("money", value)) == value
    assert is_shape_of("money", value)


@given(day=st.dates())
def test_any_date_comes_back_from_its_words(day: date) -> None:
    assert parse_value("date", editable_value("date", day.isoformat())) == day.isoformat()


@given(words=st.text(max_size=200), answer_type=st.sampled_from([*HINTS, "yes_no", "text"]))
def test_any_words_are_a_value_or_refused_in_a_sentence(words: str, answer_type: str) -> None:
    try:
        value = parse_value(answer_type, words)
    except Invalid:
        assert answer_type in REFUSALS
        return
    shown_value(answer_type, value)
    assert value is None or isinstance(value, str) or is_shape_of(answer_type, value)
    assert "\0" not in str(value)


def test_a_quote_comes_with_about_a_sentence_on_each_side() -> None:
    quote = "It is governed by the laws of Norway."
    start = CONTRACT.index(quote)

    before, after = around(CONTRACT, start, start + len(quote))

    assert before.endswith("This Agreement is made in Oslo. ")
    assert after == " The courts of Oslo decide any dispute.\N{NO-BREAK SPACE}…"


@pytest.mark.parametrize(
    ("content", "before", "after"),
    [
        ("The rent is due. QUOTE", "The rent is due. ", ""),
        ("QUOTE The rent is due.\n", "", " The rent is due. "),
        (
            "The rent falls due every month. " * 9 + "QUOTE",
            "…\N{NO-BREAK SPACE}The rent falls due every month. ",
            "",
        ),
        ("QUOTE" + " and the rent" * 40, "", " and the rent" * 24 + " and\N{NO-BREAK SPACE}…"),
    ],
)
def test_an_ellipsis_stands_where_the_text_goes_on_and_nowhere_else(
    content: str, before: str, after: str
) -> None:
    start = content.index("QUOTE")
    assert around(content, start, start + len("QUOTE")) == (before, after)


def test_an_article_keeps_its_roman_number() -> None:
    found = headings("ARTICLE IV TERM AND TERMINATION\nThe term is one year.\n\nSchedule a Prices\n")

    assert [heading.words for heading in found] == ["Article IV TERM AND TERMINATION", "Schedule A Prices"]


def test_headings_are_found_and_running_text_is_not() -> None:
    found = headings(CONTRACT)

    assert [heading.words for heading in found] == [
        "1 Definitions",
        "2 Governing law and courts",
        "2.1 Service of process",
    ]
    assert section_at(found, CONTRACT.index("laws of Norway")) == "2 Governing law and courts"
    assert section_at(found, 0) == "1 Definitions"
    assert section_at([], 5) == ""
