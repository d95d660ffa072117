"""Amounts beside a yes."""

import pytest

from inference.answers.money import money_in
from inference.types import FeesValue, MoneyValue, YesNoValue
from tests.inference.answers.conftest import Ask


@pytest.mark.parametrize(
    ("words", "minor", "currency"),
    [
        ("$1,000,000", 100_000_000, "USD"),
        ("US$2.5 million", 250_000_000, "USD"),
        ("€ 750", 75_000, "EUR"),
        ("£12.50", 1_250, "GBP"),
        ("¥300,000", 300_000, "JPY"),
        ("GBP 40,000", 4_000_000, "GBP"),
        ("1,200 euros", 120_000, "EUR"),
        ("RMB 90,000", 9_000_000, "CNY"),
        ("one million dollars", 100_000_000, "USD"),
        ("CAD $5,000", 500_000, "CAD"),
    ],
)
def test_an_amount_with_its_currency(words: str, minor: int, currency: str) -> None:
    assert money_in(words) == [MoneyValue(minor, currency)]


def test_an_amount_in_words_and_digits_counts_once() -> None:
    assert money_in("One Million Dollars ($1,000,000)") == [MoneyValue(100_000_000, "USD")]


@pytest.mark.parametrize("words", ["Section 1,000", "100 widgets", "20%", "the 2019 report"])
def test_a_number_without_a_currency_is_no_money(words: str) -> None:
    assert money_in(words) == []


def test_a_cap_says_its_amount_and_its_share_of_fees(values: Ask) -> None:
    sentence = (
        "Liability shall not exceed the greater of $500,000 and one hundred percent (100%) of the fees paid"
        " in the twelve (12) months before the claim."
    )
    assert values(sentence, cap_on_liability=sentence)["cap_on_liability"] == YesNoValue(
        True, (MoneyValue(50_000_000, "USD"), FeesValue(100, 12)), "greater"
    )


def test_a_cap_of_fees_alone_and_a_cap_without_an_amount(values: Ask) -> None:
    twice = "Supplier's liability is limited to twice the fees paid in the preceding six months."
    none = "No party is liable for lost profits."
    assert values(twice, cap_on_liability=twice)["cap_on_liability"] == YesNoValue(True, (FeesValue(200, 6),))
    assert values(none, cap_on_liability=none)["cap_on_liability"] == YesNoValue(True)


def test_a_plain_yes_names_no_amounts(values: Ask) -> None:
    sentence = "Neither party may assign this Agreement for less than $5."
    assert values(sentence, anti_assignment=sentence)["anti_assignment"] == YesNoValue(True)
