"""Passages of a text that address a machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderPassage:
    """A range of a text that addresses a machine, and what gave it away."""

    start: int
    end: int
    cue: str


def orders_in(content: str) -> list[OrderPassage]:
    """The passages of a text that address a machine. Needs no reader, and loads none."""
    from inference import orders

    return [OrderPassage(each.start, each.end, each.cue) for each in orders.orders_in(content)]
