"""Days: complete, half filled in, written so that they can be read in two ways, or counted from one another."""

import random

import pytest

from inference.answers.dates import dates_in, later
from inference.types import AmbiguousValue, DateValue, PerpetualValue, RelativeDateValue
from tests.inference.answers.conftest import Ask


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("March 4, 2019", "2019-03-04"),
        ("the 4th day of March, 2019", "2019-03-04"),
        ("20t h day of December 2018", "2018-12-20"),
        ("this twenty-first day of June in the year 2011", "2011-06-21"),
        ("the first day of May, two thousand and five", "2005-05-01"),
        ("13/07/2005", "2005-07-13"),
        ("2020-02-29", "2020-02-29"),
        ("24 OCT 2011", "2011-10-24"),
        ("this ___ day of ________, 2004", "2004"),
        ("November ___, 2006", "2006-11"),
        ("September 14, 200_", "200X-09-14"),
        ("this    day of        , 20__", "20XX"),
        ("the 30th day of April ____", "XXXX-04-30"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(words: str, iso: str) -> None:
    assert [each.iso for each in dates_in(" ".join(words.split()))] == [iso]


@pytest.mark.parametrize(
    "words", ["", "Section 3.4.05", "February 30, 2019", "call 555-10-2030", "within 30 days of May"]
)
def test_what_is_no_date_is_none(words: str) -> None:
    assert not [each for each in dates_in(words) if each.is_complete]


_PIECES = [
    *("March", "jan", "Sept.", "\u017fept", "may", "nov", "dec", "th", "twenty-first", "seventy-seventeenth"),
    *(" ", "\u00a0", "\n", ".", ", ", "(", "/", "-", "\u2022", "___", "[*]"),
    *("1", "21st", "05", "'05", "19", "20", "2019", "2562", "B.E. ", "two thousand and five"),
    *(" the ", " day of ", "the month of ", "Wednesday, "),
]


def test_dates_looked_for_by_month_and_year_are_those_found_everywhere() -> None:
    chance = random.Random(1)
    texts = ["".join(chance.choices(_PIECES, k=chance.randrange(2, 30))) for _ in range(1500)]
    assert sum(len(dates_in(text)) for text in texts) > 300
    for text in texts:
        assert dates_in(text) == dates_in(text, everywhere=True), text


def test_dates_of_contracts_are_those_found_everywhere(shared) -> None:
    for path in sorted((shared / "cuad" / "txt").glob("*.txt"))[::40]:
        text = " ".join(path.read_text(encoding="utf-8")[:12_000].split())
        assert dates_in(text) == dates_in(text, everywhere=True)


@pytest.mark.parametrize(
    ("iso", "count", "unit", "end"),
    [
        ("2019-03-04", 5, "years", "2024-03-04"),
        ("2020-02-29", 1, "years", "2021-02-28"),
        ("2019-08-31", 6, "months", "2020-02-29"),
        ("2019-12-31", 30, "days", "2020-01-30"),
        ("2000", 10, "years", "2010"),
        ("2000", 6, "months", None),
        ("2006-11", 3, "months", "2007-02"),
        ("XXXX-04-30", 3, "years", "XXXX-04-30"),
        ("200X-09-14", 1, "years", "20XX-09-14"),
        ("2019-03-04", 10, "business_days", None),
        ("9999-12-31", 1, "days", None),
    ],
)
def test_a_later_day_is_known_as_far_as_the_calendar_tells(
    iso: str, count: int, unit: str, end: str | None
) -> None:
    got = later(iso, count, unit)
    assert (got.replace("XXXX-04", "XXXX-04") if got else got) == end


def test_day_and_month_that_can_change_places_are_both_said(values: Ask) -> None:
    value = values("Dated 03/04/2005 at Leith.", agreement_date="03/04/2005")["agreement_date"]
    assert isinstance(value, AmbiguousValue)
    assert value.readings == (DateValue("2005-03-04"), DateValue("2005-04-03"))


def test_the_habit_of_the_contract_settles_which_comes_first(values: Ask) -> None:
    text = "Dated 03/04/2005 at Leith. Deliveries began on 25/03/2005 and end on 30/09/2005."
    value = values(text, agreement_date="03/04/2005")["agreement_date"]
    assert isinstance(value, DateValue)
    assert value.iso == "2005-04-03"
    assert "order the contract uses" in value.note


def test_the_same_day_in_words_settles_it_too(values: Ask) -> None:
    text = "Dated 03/04/2005. The goods were seen on April 3, 2005."
    value = values(text, agreement_date="03/04/2005")["agreement_date"]
    assert isinstance(value, DateValue)
    assert value.iso == "2005-04-03"


def test_a_year_of_two_digits_and_a_buddhist_year_are_converted_and_said(values: Ask) -> None:
    short = values("Signed 6/21/99.", agreement_date="6/21/99")["agreement_date"]
    thai = values("Signed on 31 March 2560 in Bangkok.", agreement_date="31 March 2560")["agreement_date"]
    assert short == DateValue("1999-06-21", "The year is written with two digits, 99, and read as 1999.")
    assert thai == DateValue("2017-03-31", "The year 2560 is of the Buddhist era and read as 2017.")


def test_five_years_from_the_effective_date_are_counted_from_what_was_found(values: Ask) -> None:
    text = (
        "Made on 2 May 2019. It takes effect on 1 June 2019 (the “Effective Date”)."
        " The term lasts five (5) years from the Effective Date."
    )
    found = values(
        text,
        agreement_date="2 May 2019",
        effective_date="1 June 2019",
        expiration_date="The term lasts five (5) years from the Effective Date.",
    )
    assert found["expiration_date"] == DateValue("2024-06-01", "5 years from the Effective Date, 2019-06-01.")


@pytest.mark.parametrize(
    ("sentence", "iso"),
    [
        ("This Agreement ends on 30 September 2027 unless ended sooner.", "2027-09-30"),
        ("The term runs from 1 April 2020 to 31 March 2023.", "2023-03-31"),
        ("It shall stay in force for 18 months from the date hereof.", "2020-11-02"),
        ("It ends on the third anniversary of the Effective Date.", "2022-06-01"),
        ("It ends on the day before the 3rd anniversary of the Effective Date.", "2022-05-31"),
        ("The initial term is two (2) years and renews thereafter for one year at a time.", "2021-06-01"),
        ("The term starts on 1 July 2020 and continues for one (1) year.", "2021-07-01"),
        ("It remains in effect until the end of the current calendar year.", "2019-12-31"),
        (
            "Unless ended under Section 9, the term shall be ten years commencing on the Handover Date.",
            "2030-01-15",
        ),
    ],
)
def test_ends_of_a_term(values: Ask, sentence: str, iso: str) -> None:
    text = f'Made on 2 May 2019, in force from 1 June 2019. "Handover Date" means 15 January 2020. {sentence}'
    found = values(text, agreement_date="2 May 2019", effective_date="1 June 2019", expiration_date=sentence)
    value = found["expiration_date"]
    assert isinstance(value, DateValue)
    assert value.iso == iso


def test_a_day_that_nothing_settles_is_named_and_not_guessed(values: Ask) -> None:
    sentence = "The term is four years from the date on which the kiln is first fired."
    value = values(f"Made on 2 May 2019. {sentence}", agreement_date="2 May 2019", expiration_date=sentence)
    assert value["expiration_date"] == RelativeDateValue(
        4, "years", "the date on which the kiln is first fired"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "This Agreement continues until either party ends it by three months' notice.",
        "This licence is perpetual.",
        "It shall remain in force until terminated under Section 12.",
        "The rights granted here may never be terminated by anybody for any reason.",
    ],
)
def test_no_fixed_end_is_said(values: Ask, sentence: str) -> None:
    assert values(sentence, expiration_date=sentence)["expiration_date"] == PerpetualValue()


def test_two_ends_are_both_said(values: Ask) -> None:
    sentence = "Part A ends on 1 May 2021. Part B ends on 1 May 2022."
    value = values(sentence, expiration_date=sentence)["expiration_date"]
    assert isinstance(value, AmbiguousValue)
    assert len(value.readings) == 2


def test_dates_that_refer_to_each_other_follow(values: Ask) -> None:
    text = "Dated 2 May 2019. This Agreement takes effect on the date first written above."
    found = values(
        text,
        agreement_date="2 May 2019",
        effective_date="This Agreement takes effect on the date first written above.",
    )
    assert found["effective_date"] == DateValue("2019-05-02", "It takes effect on the Agreement Date.")


def test_of_several_dates_the_one_called_effective_is_it(values: Ask) -> None:
    text = 'The parties met on 1 March 2019. From 4 April 2019 (the "Effective Date") they work together.'
    value = values(text, effective_date=("1 March 2019", "4 April 2019"))["effective_date"]
    assert value == DateValue("2019-04-04")
