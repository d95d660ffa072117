"""Typed answers are judged by a stated equality: tolerant of form, not of content."""

from pathlib import Path

import pytest

from inference.evaluation.cuad import Contract, GoldSpan
from inference.evaluation.gold_values import are_equal, form_of_gold, form_of_value, is_nearly, name_key
from inference.evaluation.typed import disagreements, from_gold, lines
from inference.types import (
    AmbiguousValue,
    DateValue,
    DurationValue,
    JurisdictionValue,
    NoticeValue,
    PartiesValue,
    Party,
    PerpetualValue,
    Place,
    RelativeDateValue,
    RenewalValue,
    Value,
)

YEAR = DurationValue(1, "years")
EXPIRATION, RENEWAL, NOTICE = "Expiration Date", "Renewal Term", "Notice Period To Terminate Renewal"


@pytest.mark.parametrize(
    ("category", "gold", "ours"),
    [
        ("Agreement Date", "3/4/19", DateValue("2019-03-04")),
        ("Agreement Date", "[]/[]/2004", DateValue("2004")),
        ("Agreement Date", "11/[]/2006", DateValue("2006-11")),
        ("Effective Date", "09/14/200[]", DateValue("200X-09-14")),
        (EXPIRATION, "1/1/36", DateValue("2036-01-01")),
        (EXPIRATION, "Perpetual", PerpetualValue()),
        (RENEWAL, "successive 12 months", RenewalValue("successive", (YEAR,))),
        (RENEWAL, "2 5 years", RenewalValue("times", (DurationValue(5, "years"),), 2)),
        (RENEWAL, "perpetual", RenewalValue("evergreen")),
        (NOTICE, "12 months", NoticeValue(1, "years")),
        (NOTICE, "60) days", NoticeValue(60, "days")),
        ("Governing Law", "Ontario, Canada", JurisdictionValue((Place("Ontario", "Canada"),))),
        (
            "Governing Law",
            "England; Wales",
            JurisdictionValue((Place("England and Wales", "United Kingdom"),)),
        ),
        ("Parties", 'HALDEN MILLS, L.L.C. ("Supplier")', PartiesValue((Party("Halden Mills LLC"),))),
    ],
)
def test_the_same_said_in_two_forms_is_equal(category: str, gold: str, ours: Value) -> None:
    assert are_equal(form_of_gold(category, gold), form_of_value(category, ours))


@pytest.mark.parametrize(
    ("category", "gold", "ours"),
    [
        ("Agreement Date", "3/4/19", DateValue("2019-04-03")),
        ("Agreement Date", "3/4/19", DateValue("2019-03")),
        ("Agreement Date", "3/4/2019", DateValue("1919-03-04")),
        (RENEWAL, "1 year", RenewalValue("successive", (YEAR,))),
        (NOTICE, "60 days", NoticeValue(2, "months")),
        ("Governing Law", "New York", JurisdictionValue((Place("New York"), Place("Texas")))),
        ("Parties", "Halden Mills LLC; Orrin Kessel", PartiesValue((Party("Halden Mills LLC"),))),
    ],
)
def test_what_differs_is_not_forgiven(category: str, gold: str, ours: Value) -> None:
    assert not are_equal(form_of_gold(category, gold), form_of_value(category, ours))


@pytest.mark.parametrize(
    "ours",
    [
        None,
        RelativeDateValue(3, "years", "the Launch Date"),
        AmbiguousValue((DateValue("2019-03-04"),), "Either."),
    ],
)
def test_a_value_that_settles_nothing_counts_as_silence(ours: Value | None) -> None:
    assert form_of_value(EXPIRATION, ours) is None


def test_a_slip_of_the_pen_is_told_from_another_name() -> None:
    kessel, kesel, lindqvist = (
        frozenset({name_key(name)}) for name in ("Orrin Kessel", "Orrin Kesel", "Ada Lindqvist")
    )
    assert is_nearly(kesel, kessel)
    assert not is_nearly(kesel, lindqvist)
    assert not is_nearly(kessel, kessel)


TEXT = "LEASE made on March 4, 2019. It lasts two years from its date. It is governed by the laws of Oregon."


def contract(**answers: str) -> Contract:
    """An annotated lease whose gold answers are given."""
    marked = {
        "Agreement Date": "March 4, 2019",
        EXPIRATION: "It lasts two years from its date.",
        "Governing Law": "It is governed by the laws of Oregon.",
    }
    spans = tuple(
        GoldSpan(name, TEXT.index(words), TEXT.index(words) + len(words)) for name, words in marked.items()
    )
    return Contract("2", TEXT, spans, {name.replace("_", " "): answer for name, answer in answers.items()})


def test_a_report_counts_right_wrong_and_silent_and_names_places_but_no_words() -> None:
    answered = contract(Agreement_Date="3/4/19", Expiration_Date="3/4/21", Governing_Law="Ohio")
    report = from_gold([answered])
    assert [report.by_type[name].right for name in ("Agreement Date", EXPIRATION, "Governing Law")] == [
        1,
        1,
        0,
    ]
    assert report.by_type["Governing Law"].wrong == 1
    (row,) = disagreements(report, None)
    assert row == f"2 Governing Law: wrong, characters {TEXT.index('It is')}-{len(TEXT)}"
    assert any(line.startswith("all but yes or no") for line in lines(report))


def test_an_answer_the_annotators_left_out_is_extra_and_not_wrong() -> None:
    report = from_gold([contract(Agreement_Date="", Expiration_Date="3/4/21", Governing_Law="Oregon")])
    assert (report.by_type["Agreement Date"].answers, report.by_type["Agreement Date"].extra) == (0, 1)


def test_the_command_says_in_one_line_that_there_is_nothing_to_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from inference.__main__ import main

    assert main(["eval", "--values", "--data", str(tmp_path)]) == 2
    assert "there is no contracts.jsonl" in capsys.readouterr().err
