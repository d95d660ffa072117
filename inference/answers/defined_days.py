"""Days to which a contract gives a name: "Launch Date" means 1 May 2021; 1 May 2021 (the "Launch Date")."""

import re
from collections.abc import Callable

from inference.types import DateValue

from .dates import dates_in, value_of_date
from .starts import Day, Settle
from .words import plain

_MOST = 20  # places of one name that are looked at


def defined_days(text: str, settle: Settle) -> Callable[[str], Day | None]:
    """How a text defines the day called by a name; None where it does not, or does it twice."""

    def look_up(name: str) -> Day | None:
        found: dict[str, DateValue] = {}
        for place in _places(name, text):
            day = _day_at(text, place, len(name), settle)
            if isinstance(day, DateValue):
                found[day.iso] = day
        return next(iter(found.values())) if len(found) == 1 else None

    return look_up


def _places(name: str, text: str) -> list[int]:
    """Where the name stands in quotation marks."""
    places: list[int] = []
    low, wanted, start = text.lower(), name.lower(), 0
    if len(low) != len(text):
        low, wanted = text, name
    while len(places) < _MOST and (start := low.find(wanted, start)) >= 0:
        if text[max(0, start - 2) : start].rstrip()[-1:] in ('"', "“", "'", "‘", "_"):
            places.append(start)
        start += len(wanted)
    return places


def _day_at(text: str, place: int, length: int, settle: Settle) -> Day | None:
    before, after = (
        plain(text[max(0, place - 60) : place]),
        plain(text[place + length : place + length + 110]),
    )
    after = re.split(r"[.;](?= [A-Z(])", after)[0]
    close = [
        each for each in dates_in(before) if len(before) - each.end <= 14 and "." not in before[each.end :]
    ]
    means = re.match(r'^["\'_]{0,2} ?\)?,? ?(?:shall |will )?(?:means?|be|is|:|-)', after, re.IGNORECASE)
    named = close or (dates_in(after)[:1] if means else [])
    return value_of_date(named[-1], settle) if named and named[-1].is_complete else None
