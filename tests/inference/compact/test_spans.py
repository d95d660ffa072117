"""Answers smaller than a sentence."""

import pytest

from inference.compact.segments import Segment
from inference.compact.spans import proposals


def found(text: str, kind: str) -> list[str]:
    return [
        text[p.start : p.end]
        for p in proposals(text, Segment(0, len(text), 0), 0, frozenset({kind}))
        if p.kind == kind
    ]


@pytest.mark.parametrize(
    "day",
    [
        "March 4, 2019",
        "4 March 2019",
        "the 4th day of March, 2019",
        "04/03/2019",
        "2019-03-04",
        "SEPT. 12, 1999",
        "____ day of ________, 2013",
        "May 2020",
    ],
)
def test_dates_as_contracts_write_them(day: str) -> None:
    assert found(f"This deed is made on {day} by the parties.", "date") == [day.removeprefix("the ")]


def test_defined_terms_are_the_words_inside_the_quotation_marks() -> None:
    text = 'Halden Mills LLC ("Supplier") and Birchfield Foods, Inc. (the “Buyer”)'
    assert found(text, "quoted") == ["Supplier", "Buyer"]


def test_names_keep_their_suffix_and_stop_at_and() -> None:
    text = "between Bank of Oregon, N.A., as agent, and Birchfield Foods, Inc., a corporation"
    assert found(text, "name") == ["Bank of Oregon, N.A.", "Birchfield Foods, Inc."]


def test_a_title_is_taken_out_of_the_sentence_that_opens_with_it() -> None:
    text = "THIS SOFTWARE LICENSE AND SUPPORT AGREEMENT (this agreement) is made today."
    assert found(text, "title")[-1] == "SOFTWARE LICENSE AND SUPPORT AGREEMENT"


def test_the_whole_segment_is_a_proposal_of_its_own() -> None:
    assert found("Made on March 4, 2019.", "whole") == ["Made on March 4, 2019."]
