"""Lengths of time, notice and what follows the first term."""

import pytest

from inference.answers.durations import durations_in
from inference.types import AmbiguousValue, DurationValue, NoticeValue, RenewalValue
from tests.inference.answers.conftest import Ask

ONE_YEAR = DurationValue(1, "years")


@pytest.mark.parametrize(
    ("words", "count", "unit"),
    [
        ("three (3) years", 3, "years"),
        ("a two-year term", 2, "years"),
        ("two years (2)", 2, "years"),
        ("one hundred and twenty (120) days", 120, "days"),
        ("ten business days", 10, "business_days"),
        ("two quarters", 6, "months"),
        ("an additional year", 1, "years"),
        ("twenty-four months", 24, "months"),
    ],
)
def test_a_length_is_read(words: str, count: int, unit: str) -> None:
    assert [each.value for each in durations_in(words)] == [DurationValue(count, unit)]  # type: ignore[arg-type]


def test_thirty_sixty_days_settle_nothing_and_say_so(values: Ask) -> None:
    sentence = "Notice of thirty (60) days before the end of the term stops the renewal."
    value = values(sentence, notice_period_to_terminate_renewal=sentence)[
        "notice_period_to_terminate_renewal"
    ]
    assert isinstance(value, AmbiguousValue)
    assert value.readings == (NoticeValue(30, "days"), NoticeValue(60, "days"))
    assert "differ" in value.note


@pytest.mark.parametrize(
    ("sentence", "count", "unit"),
    [
        (
            "It renews for one-year terms unless either party says no at least ninety (90) days before the end.",
            90,
            "days",
        ),
        ("Either party may stop it by notice of not less than three months prior to expiry.", 3, "months"),
        ("It renews for two years unless six months' written notice is given.", 6, "months"),
    ],
)
def test_notice_is_told_from_the_length_of_the_term(
    values: Ask, sentence: str, count: int, unit: str
) -> None:
    value = values(sentence, notice_period_to_terminate_renewal=sentence)[
        "notice_period_to_terminate_renewal"
    ]
    assert value == NoticeValue(count, unit)  # type: ignore[arg-type]


def test_a_window_for_notice_gives_its_last_day(values: Ask) -> None:
    sentence = (
        "Notice must be given not more than 120 days and not less than 60 days before the end of the term."
    )
    value = values(sentence, notice_period_to_terminate_renewal=sentence)[
        "notice_period_to_terminate_renewal"
    ]
    assert value == NoticeValue(60, "days", "There is also an earliest day for the notice.")


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        (
            "It renews automatically for successive one (1) year terms unless notice is given 60 days before.",
            RenewalValue("successive", (ONE_YEAR,), None, True),
        ),
        (
            "Tenant has the option to extend the term once for an additional three (3) years.",
            RenewalValue("once", (DurationValue(3, "years"),), None, False),
        ),
        (
            "Licensee may renew for up to two (2) additional terms of five (5) years each.",
            RenewalValue("times", (DurationValue(5, "years"),), 2, False),
        ),
        (
            "After the initial term it shall continue until either party gives notice of termination.",
            RenewalValue("evergreen"),
        ),
        (
            "The initial term is five (5) years. After the Initial Term will automatically renew for one year.",
            RenewalValue("once", (ONE_YEAR,), None, True),
        ),
        (
            "Thereafter it shall automatically be extended from year to year.",
            RenewalValue("successive", (ONE_YEAR,), None, True),
        ),
        (
            "Seller may extend it for further one-year periods, after a period of thirty (30) days"
            " in which to negotiate the fees.",
            RenewalValue("successive", (ONE_YEAR,), None, False),
        ),
    ],
)
def test_what_follows_the_first_term(values: Ask, sentence: str, value: RenewalValue) -> None:
    assert values(sentence, renewal_term=sentence)["renewal_term"] == value


def test_a_length_that_is_blacked_out_stays_unknown(values: Ask) -> None:
    sentence = "It is automatically extended for successive [***] periods."
    assert values(sentence, renewal_term=sentence)["renewal_term"] == RenewalValue(
        "successive", (), None, True
    )
