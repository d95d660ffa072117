"""Which heading each segment of a contract stands under; knows words and places, not what is asked."""

from collections.abc import Sequence

from .segments import Segment
from .terms import is_heading, words

REACH = 25  # segments below a heading that still count as under it


def headings_of(text: str, segments: Sequence[Segment]) -> list[str | None]:
    """For each segment the heading above it, empty where none is near; None where it is one itself."""
    found: list[str | None] = []
    heading, age = "", 0
    for segment in segments:
        quote = text[segment.start : segment.end]
        age += 1
        if is_heading(quote, words(quote)):
            heading, age = quote, 0
            found.append(None)
        else:
            found.append(heading if age <= REACH else "")
    return found


def under(heading: str | None, quote: str) -> str:
    """A passage as it is compared: its own words below those of its heading."""
    return f"{heading}\n{quote}" if heading else quote
