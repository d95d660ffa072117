"""Short agreements of ours, each with other parties, dates and terms; for a model with a short window."""

from inference.types import SourceText

_PARTIES = (
    "Birchfield Foods, Inc.",
    "Halden Mills LLC",
    "Corvane Freight Ltd",
    "Ostrava Pumps AG",
    "Merrow Data plc",
)
_LAWS = ("the State of New York", "England and Wales", "Ontario", "the State of Delaware", "Scotland")
_GOODS = ("flour", "freight services", "pumps", "storage of data", "packaging")
_YEARS = ("one (1) year", "two (2) years", "three (3) years", "five (5) years")


def agreements(number: int) -> list[SourceText]:
    """So many agreements, no two alike up to four hundred."""
    return [SourceText(f"agreement-{place}", _agreement(place), "en") for place in range(number)]


def _agreement(place: int) -> str:
    seller, buyer = _PARTIES[place % 5], _PARTIES[(place // 5 + place % 5 + 1) % 5]
    return (
        f"SUPPLY AGREEMENT\n\nThis Agreement is made as of March {place % 28 + 1}, {2010 + place % 12} by and between"
        f" {seller} and {buyer}.\n\n1. Supply. {seller} shall sell {_GOODS[place % 5]} to {buyer}.\n\n"
        f"2. Term. This Agreement continues for {_YEARS[place % 4]} from its date.\n\n"
        "3. Assignment. Neither party may assign this Agreement without the consent of the other party.\n\n"
        f"4. Law. This Agreement is governed by the laws of {_LAWS[place // 4 % 5]}.\n"
    )
