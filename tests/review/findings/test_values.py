"""What the engine computes is stored in stable shapes, and every shape it can give is one that people may send."""

from typing import Any

import pytest

from inference import types
from inference.types import DurationValue, FeesValue, MoneyValue, Party, Place
from review.engine import place_named
from review.engine.values import plain
from review.findings.values import is_shape_of, note_of, only_amount, value_in_words, whole_date
from review.playbooks.models import Question
from review.playbooks.services import seed_questions

YEAR = {"count": 1, "unit": "years"}
SHAPES: list[tuple[str, Any, Any]] = [
    ("date", types.DateValue("2019-03-04"), "2019-03-04"),
    ("date", types.DateValue("2006-11", "Why."), {"kind": "date", "date": "2006-11", "note": "Why."}),
    ("date", types.DateValue("2024-06-01", "Why."), {"kind": "date", "date": "2024-06-01", "note": "Why."}),
    (
        "date",
        types.RelativeDateValue(3, "years", "the Launch Date"),
        {"kind": "after", "count": 3, "unit": "years", "of": "the Launch Date"},
    ),
    ("date", types.PerpetualValue(), {"kind": "perpetual"}),
    ("duration", DurationValue(1, "years"), YEAR),
    (
        "notice_period",
        types.NoticeValue(90, "days"),
        {"kind": "notice", "count": 90, "unit": "days", "note": ""},
    ),
    (
        "renewal",
        types.RenewalValue("successive", (DurationValue(1, "years"),), None, True),
        {"kind": "renewal", "form": "successive", "lengths": [YEAR], "times": None, "automatic": True},
    ),
    (
        "jurisdiction",
        types.JurisdictionValue((Place("Ontario", "Canada"),)),
        {"kind": "law", "places": [{"name": "Ontario", "country": "Canada"}]},
    ),
    (
        "parties",
        types.PartiesValue((Party("Halden Mills LLC", ("Supplier",)),)),
        {"kind": "parties", "parties": [{"name": "Halden Mills LLC", "terms": ["Supplier"]}]},
    ),
    ("yes_no", types.YesNoValue(True), True),
    (
        "money",
        types.YesNoValue(True, (MoneyValue(50_000, "USD"), FeesValue(100, 12)), "lesser"),
        {
            "kind": "yes",
            "amounts": [{"minor": 50_000, "currency": "USD"}, {"percent": 100, "months": 12}],
            "rule": "lesser",
        },
    ),
    ("text", types.TextValue("LEASE"), "LEASE"),
]


@pytest.mark.parametrize(("answer_type", "value", "shape"), SHAPES)
def test_a_value_has_its_one_shape(answer_type: str, value: Any, shape: Any) -> None:
    assert plain(value) == shape
    assert is_shape_of(answer_type, shape)
    assert value_in_words(shape, lambda day: day.isoformat())


def test_two_readings_are_stored_together_with_why() -> None:
    readings = (types.DateValue("2005-03-04"), types.DateValue("2005-04-03"))
    value = plain(types.AmbiguousValue(readings, "Day and month can be read either way."))
    assert value["readings"] == ["2005-03-04", "2005-04-03"]
    assert note_of(value) == "Day and month can be read either way."
    assert not is_shape_of("date", value), "a person decides; they do not leave it open"


@pytest.mark.parametrize(
    ("answer_type", "value"),
    [
        ("date", {"kind": "date", "date": "soon", "note": ""}),
        ("date", {"kind": "perpetual", "until": "never"}),
        ("date", {"kind": "law", "places": []}),
        ("money", {"kind": "yes", "amounts": [{"minor": 1.5, "currency": "USD"}], "rule": ""}),
        ("money", {"kind": "yes", "amounts": [{"minor": 1, "currency": "=cmd"}], "rule": ""}),
        ("parties", {"kind": "parties", "parties": [{"name": "", "terms": []}]}),
        ("renewal", {"kind": "renewal", "form": "always", "lengths": [], "times": None, "automatic": None}),
        ("notice_period", {"kind": "notice", "count": 0, "unit": "days", "note": ""}),
        ("yes_no", {"kind": "yes", "amounts": [], "rule": ""}),
        ("text", {"kind": "perpetual"}),
        ("text", "a\0b"),
        ("date", {"kind": ["date"]}),
        ("parties", {"kind": "unknown"}),
    ],
)
def test_other_shapes_are_refused(answer_type: str, value: Any) -> None:
    assert not is_shape_of(answer_type, value)


def test_a_sheet_takes_whole_dates_and_single_amounts() -> None:
    assert str(whole_date({"kind": "date", "date": "2024-06-01", "note": "Why."})) == "2024-06-01"
    assert whole_date({"kind": "date", "date": "2024-06", "note": ""}) is None
    pounds, yen = {"minor": 12_50, "currency": "GBP"}, {"minor": 300, "currency": "JPY"}
    assert [str(part) for part in only_amount({"kind": "yes", "amounts": [pounds], "rule": ""}) or ()] == [
        "12.5",
        "GBP",
    ]
    assert [str(part) for part in only_amount({"kind": "yes", "amounts": [yen], "rule": ""}) or ()] == [
        "300",
        "JPY",
    ]
    assert only_amount({"kind": "yes", "amounts": [pounds, yen], "rule": ""}) is None
    assert only_amount(True) is None


def test_a_place_is_known_with_its_country() -> None:
    ontario, norway = place_named("Ontario, Canada"), place_named("Norway")
    assert ontario is not None
    assert norway is not None
    assert (ontario.name, ontario.country, norway.name, norway.country) == ("Ontario", "Canada", "Norway", "")
    assert place_named("the flag of the ship") is None


def test_a_firms_questions_are_typed_as_the_readers_type_them_now(ada, matter, as_person):
    with as_person(ada):
        Question.objects.filter(key="renewal-term").update(answer_type="duration", name="Renewals")
        assert seed_questions(matter.organization_id) == []
        renewal = Question.objects.get(key="renewal-term")
    assert (renewal.answer_type, renewal.name) == ("renewal", "Renewals")
