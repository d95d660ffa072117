"""Lengths of time in running text: "three (3) years", "a two-year term", "6 months", "an additional year"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inference.types import AmbiguousValue, DurationValue, Unit

from .words import NUMBER, number

_ADJECTIVES = (
    r"(?:(?:full|additional|consecutive|successive|further|subsequent"
    r"|separate|complete|whole|more|extra|renewal"
    r"|extension|contract|licen[sc]e|term|fiscal|calendar|business|working|banking|trading|clear) ){0,3}"
)
_UNIT = r"(?P<unit>business[ -]days?|days?|weeks?|months?|quarters?|years?)\b"
_COUNTED = re.compile(
    rf"(?<![\w.,$-])(?:(?P<words>{NUMBER}|\d{{1,3}}) ?)?(?:\( ?(?P<bracket>\d{{1,3}}|{NUMBER}) ?\) ?)?"
    rf"[-~]? ?(?P<adjectives>{_ADJECTIVES})[-]?{_UNIT}(?: ?\( ?(?P<after>\d{{1,3}}) ?\))?",
    re.IGNORECASE,
)
_NONE_COUNTED = re.compile(
    r"\b(?:an?|one|another|each) (?:additional|further|extra|successive|single"
    r"|full|calendar|whole|new) (?P<unit>year|month)\b",
    re.IGNORECASE,
)
_UNITS: dict[str, Unit] = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


@dataclass(frozen=True)
class FoundDuration:
    """A length of time at its place in plain text; two readings where words and digits differ."""

    start: int
    end: int
    readings: tuple[DurationValue, ...]

    @property
    def value(self) -> DurationValue | None:
        """The one reading, if there is one."""
        return self.readings[0] if len(self.readings) == 1 else None


def durations_in(text: str) -> list[FoundDuration]:
    """All lengths of time of a plain text in their order."""
    found = sorted((*_counted(text), *_not_counted(text)), key=lambda each: (each.start, -each.end))
    kept: list[FoundDuration] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _counted(text: str) -> Iterator[FoundDuration]:
    for match in _COUNTED.finditer(text):
        said = [match[name] for name in ("words", "bracket", "after") if match[name]]
        counts = list(dict.fromkeys(count for words in said if (count := number(words))))
        unit = match["unit"].lower()
        is_business = unit.startswith("business") or re.search(
            "business|working|banking", match["adjectives"], re.I
        )
        if counts:
            yield FoundDuration(
                match.start(),
                match.end(),
                tuple(_duration(count, unit, bool(is_business)) for count in counts),
            )


def _not_counted(text: str) -> Iterator[FoundDuration]:
    for match in _NONE_COUNTED.finditer(text):
        yield FoundDuration(match.start(), match.end(), (_duration(1, match["unit"].lower(), False),))


def _duration(count: int, unit: str, is_business: bool) -> DurationValue:
    if unit.startswith("quarter"):
        return DurationValue(3 * count, "months")
    if "day" in unit and is_business:
        return DurationValue(count, "business_days")
    return DurationValue(count, _UNITS[unit.removesuffix("s")])


def one_duration(found: Sequence[FoundDuration]) -> DurationValue | AmbiguousValue | None:
    """The one length that all of them say; what each could mean where they differ; None for none."""
    readings = tuple(dict.fromkeys(reading for each in found for reading in each.readings))
    if len(readings) <= 1:
        return readings[0] if readings else None
    if any(len(each.readings) > 1 for each in found):
        return AmbiguousValue(readings, "The number in words and the number in digits differ.")
    return AmbiguousValue(readings, "The words name several lengths of time.")


def canonical(duration: DurationValue) -> tuple[int, str]:
    """For comparing: years as months, weeks as days."""
    match duration.unit:
        case "years":
            return duration.count * 12, "months"
        case "weeks":
            return duration.count * 7, "days"
        case _:
            return duration.count, duration.unit
