"""Legal systems by name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A legal system by its usual name, and the country of one that is a part of a country."""

    name: str
    country: str


def place_named(words: str) -> Place | None:
    """The legal system that words name, "Ontario, Canada" included; None for words that name none we know."""
    from inference.answers.jurisdictions import canonical_place
    from inference.answers.places import COUNTRY_OF

    name = canonical_place(words) or canonical_place(words.partition(",")[0])
    return Place(name, COUNTRY_OF.get(name, "")) if name else None
