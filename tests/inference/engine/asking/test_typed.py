"""A value is computed from quotes, and one that hangs on another day keeps that day's quotes."""

import pytest

from inference.engine.typed import DIFFER, derive
from inference.types import (
    AmbiguousValue,
    CaseFile,
    DateValue,
    Evidence,
    JurisdictionValue,
    Question,
    RelativeDateValue,
    SourceText,
)

LEASE = (
    "LEASE made on 4 March 2019. It takes effect on 1 May 2019 (the “Effective Date”).\n"
    "The term continues for a period of three (3) years from the Effective Date.\n"
    "This Lease shall be governed by the laws of the State of New York.\n"
)
LETTER = "SIDE LETTER. This letter shall be governed by the laws of the State of Delaware.\n"
CASE = CaseFile((SourceText("lease", LEASE), SourceText("letter", LETTER)))
END = Question("end", "End", "When does it end?", "date", "Expiration Date")
LAW = Question("law", "Law", "Which law governs?", "jurisdiction", "Governing Law")


def quote(words: str, document: int = 0) -> Evidence:
    """The one place of these words."""
    content = CASE.documents[document].content
    start = content.index(words)
    return Evidence(CASE.documents[document].id, start, start + len(words), words, 1.0)


TERM = quote("The term continues for a period of three (3) years from the Effective Date.")
EFFECTIVE = quote("It takes effect on 1 May 2019 (the “Effective Date”).")
MADE = quote("LEASE made on 4 March 2019.")


def test_an_end_counted_from_a_day_stores_its_rule_and_the_quotes_of_that_day() -> None:
    derived = derive(END, [TERM], {"Effective Date": [EFFECTIVE], "Agreement Date": [MADE]}, CASE)

    assert isinstance(derived.value, DateValue)
    assert derived.value.iso == "2022-05-01"
    assert derived.rule == "3 years from the Effective Date, 2019-05-01."
    assert derived.premises == (EFFECTIVE,)  # when it was made changes nothing


def test_without_that_day_the_value_hangs_on_it_and_has_no_premise() -> None:
    derived = derive(END, [TERM], {"Effective Date": [], "Agreement Date": []}, CASE)

    assert derived.value == RelativeDateValue(3, "years", "the Effective Date")
    assert derived.premises == ()


def test_a_premise_of_another_document_is_none() -> None:
    other = quote("SIDE LETTER.", 1)
    derived = derive(END, [TERM], {"Effective Date": [EFFECTIVE, other]}, CASE)

    assert derived.premises == (EFFECTIVE,)


def test_a_value_the_quotes_alone_settle_has_no_premise() -> None:
    law = quote("This Lease shall be governed by the laws of the State of New York.")
    derived = derive(LAW, [law], {"Effective Date": [EFFECTIVE]}, CASE)

    assert isinstance(derived.value, JurisdictionValue)
    assert [place.name for place in derived.value.places] == ["New York"]
    assert derived.premises == ()


def test_documents_that_differ_give_both_readings() -> None:
    laws = [
        quote("This Lease shall be governed by the laws of the State of New York."),
        quote("This letter shall be governed by the laws of the State of Delaware.", 1),
    ]
    derived = derive(LAW, laws, {}, CASE)

    assert isinstance(derived.value, AmbiguousValue)
    assert derived.value.note == DIFFER
    assert len(derived.value.readings) == 2


@pytest.mark.parametrize("words", ["SIDE LETTER."])
def test_quotes_that_settle_nothing_give_no_value(words: str) -> None:
    assert derive(LAW, [quote(words, 1)], {}, CASE).value is None
