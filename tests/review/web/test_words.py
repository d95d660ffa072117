"""Small things pages say: typed values, sentences around a quote, headings, paces."""

from typing import Any

import pytest

from review.errors import Invalid
from review.web.passages import around, headings, section_at
from review.web.values import editable_value, parse_value, shown_value

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
        ("jurisdiction", " Norway ", "Norway", "Norway"),
        ("text", "", None, ""),
    ],
)
def test_a_value_is_understood_and_shown(answer_type: str, words: str, value: Any, shown: str) -> None:
    assert parse_value(answer_type, words) == value
    assert shown_value(answer_type, value) == shown
    assert parse_value(answer_type, editable_value(answer_type, value)) == value


@pytest.mark.parametrize(("answer_type", "words"), [("date", "31.3.2027"), ("yes_no", "perhaps")])
def test_a_value_of_the_wrong_type_is_refused_in_words(answer_type: str, words: str) -> None:
    with pytest.raises(Invalid):
        parse_value(answer_type, words)


def test_a_quote_comes_with_about_a_sentence_on_each_side() -> None:
    quote = "It is governed by the laws of Norway."
    start = CONTRACT.index(quote)

    before, after = around(CONTRACT, start, start + len(quote))

    assert before.endswith("This Agreement is made in Oslo. ")
    assert after.strip() == "The courts of Oslo decide any dispute."


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
