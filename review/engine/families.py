"""Which documents hang on which, as their openings say. Loads no reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FamilyTie:
    """A document that hangs on another, as the words of both say: only what is sure is relied on by itself."""

    document_id: str
    master_id: str
    is_sure: bool
    reason: str


def family_rules() -> int:
    """The edition of the rules by which openings are described."""
    from inference.families import RULES

    return RULES


def opening_length() -> int:
    """How many code points of a text are looked at to describe it."""
    from inference.families.describe import OPENING

    return OPENING


def describe_opening(content: str) -> dict[str, Any]:
    """What the opening of a text says it is, as JSON; "kind" is empty unless it hangs on another. Loads no reader."""
    from inference.families.describe import as_plain, describe

    return as_plain(describe(content))


def family_ties(described: Mapping[str, dict[str, Any]]) -> list[FamilyTie]:
    """Which documents hang on which, by their descriptions."""
    from inference.families.describe import from_plain
    from inference.families.ties import ties_among

    ties = ties_among({key: from_plain(each) for key, each in described.items()})
    return [FamilyTie(tie.document_id, tie.master_id, tie.sureness == "sure", tie.reason) for tie in ties]


def family_place(described: dict[str, Any]) -> tuple[bool, str, int]:
    """Where a described document stands in its family, to be compared with others of it."""
    from inference.families.describe import from_plain
    from inference.families.ties import place_of

    return place_of(from_plain(described))
