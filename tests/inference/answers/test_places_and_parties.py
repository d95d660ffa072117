"""The law that governs, and who is bound."""

import pytest

from inference.types import JurisdictionValue, PartiesValue, Party, Place, TextValue
from tests.inference.answers.conftest import Ask


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("the laws of the State of New York", Place("New York", "United States")),
        ("the internal laws of the Commonwealth of Massachusetts", Place("Massachusetts", "United States")),
        ("the laws of England and Wales", Place("England and Wales", "United Kingdom")),
        ("English law applies to this deed", Place("England and Wales", "United Kingdom")),
        ("the laws of the Province of Ontario and the federal laws of Canada", Place("Ontario", "Canada")),
        ("the laws of the State of Ohio and of the United States of America", Place("Ohio", "United States")),
        ("governed by the laws of the People's Republic of China", Place("China")),
        ("the law of West Virginia", Place("West Virginia", "United States")),
        ("construed under Delaware law", Place("Delaware", "United States")),
        (
            "the laws, other than choice of law rules, of the State of Georgia",
            Place("Georgia", "United States"),
        ),
        ("Signed in the State of Nevada and governed by the laws thereof", Place("Nevada", "United States")),
        ("the laws of Norway, without regard to the conflict of laws of Sweden", Place("Norway")),
    ],
)
def test_the_place_whose_law_governs(values: Ask, words: str, place: Place) -> None:
    assert values(words, governing_law=words)["governing_law"] == JurisdictionValue((place,))


def test_two_laws_are_both_said(values: Ask) -> None:
    words = "This Agreement is governed by the laws of Texas or the laws of Japan, at the claimant's choice."
    value = values(words, governing_law=words)["governing_law"]
    assert value == JurisdictionValue((Place("Texas", "United States"), Place("Japan")))


@pytest.mark.parametrize("words", ["courts sitting in Texas", "applicable law", "the office in Oslo, Norway"])
def test_a_place_that_is_only_mentioned_is_not_its_law(values: Ask, words: str) -> None:
    assert values(words, governing_law=words)["governing_law"] is None


PREAMBLE = (
    "This Lease is made by and between Birchfield Foods, Inc., a Delaware corporation (“Buyer” or “Birchfield”),"
    " and Halden Mills LLC, an Oregon limited liability company (the “Supplier”). The Supplier mills flour."
)


def test_names_and_short_names_marked_one_by_one_come_together(values: Ask) -> None:
    quotes = ("Birchfield Foods, Inc.", "Buyer", "Halden Mills LLC", "Supplier")
    assert values(PREAMBLE, parties=quotes)["parties"] == PartiesValue(
        (
            Party("Birchfield Foods, Inc.", ("Buyer", "Birchfield")),
            Party("Halden Mills LLC", ("Supplier",)),
        )
    )


def test_the_sentence_that_lists_them_is_enough(values: Ask) -> None:
    sentence = PREAMBLE.split(". The")[0]
    assert values(PREAMBLE, parties=sentence)["parties"] == PartiesValue(
        (
            Party("Birchfield Foods, Inc.", ("Buyer", "Birchfield")),
            Party("Halden Mills LLC", ("Supplier",)),
        )
    )


def test_a_name_in_capitals_and_a_part_of_it_are_the_same_party(values: Ask) -> None:
    text = "between HALDEN MILLS LLC (“Supplier”) and Ada Lindqvist. Signed: Halden Mills LLC"
    value = values(text, parties=("HALDEN MILLS LLC", "Ada Lindqvist", "Halden Mills LLC"))["parties"]
    assert isinstance(value, PartiesValue)
    assert [party.name for party in value.parties] == ["HALDEN MILLS LLC", "Ada Lindqvist"]


def test_a_name_for_all_of_them_belongs_to_nobody(values: Ask) -> None:
    text = (
        "between Halden Mills LLC (“Supplier”) and Orrin Kessel (“Kessel”)"
        " (each a “Party” and collectively the “Millers”)."
    )
    value = values(text, parties=("Halden Mills LLC", "Orrin Kessel", "collectively the “Millers”"))[
        "parties"
    ]
    assert value == PartiesValue(
        (Party("Halden Mills LLC", ("Supplier",)), Party("Orrin Kessel", ("Kessel",)))
    )


def test_what_a_party_is_also_called_is_no_other_party(values: Ask) -> None:
    text = "between Halden Mills LLC, d/b/a Flour Street, and Orrin Kessel."
    value = values(text, parties=("Halden Mills LLC", "d/b/a Flour Street", "Orrin Kessel"))["parties"]
    assert value == PartiesValue((Party("Halden Mills LLC", ("d/b/a Flour Street",)), Party("Orrin Kessel")))


@pytest.mark.parametrize(
    ("quote", "title"),
    [
        ("SUPPLY\n  AGREEMENT", "SUPPLY AGREEMENT"),
        ("Exhibit 10.4 SUPPLY AGREEMENT", "SUPPLY AGREEMENT"),
        ("LEASE AGREEMENT This Lease Agreement (the", "LEASE AGREEMENT"),
        ("EXCLUSIVE SUPPLY AGREEMENT", "EXCLUSIVE SUPPLY AGREEMENT"),
    ],
)
def test_a_title_leaves_its_exhibit_number_and_sentence(values: Ask, quote: str, title: str) -> None:
    assert values(quote, document_name=quote)["document_name"] == TextValue(title)
