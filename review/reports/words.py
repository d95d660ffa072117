"""Values and characters as a report writes them."""

import re
from datetime import date, datetime
from typing import Any

from django.utils import timezone

# What XML 1.0 cannot carry at all, and so neither can a Word file.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def value_in_words(answer_type: str, value: Any) -> str:
    """A typed value as a lawyer would write it; empty when nothing could be computed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(value_in_words(answer_type, part) for part in value)
    if isinstance(value, dict):
        return _parts_in_words(value)
    if answer_type == "date":
        return _date_in_words(str(value))
    return str(value)


def day(moment: datetime) -> str:
    """The date of a moment where the firm is: 3 March 2021."""
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y}"


def short_day(moment: datetime) -> str:
    """The same in a narrow column: 3 Mar 2021."""
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %Y}"


def printable(text: str) -> str:
    """Text that a Word file can carry: characters without a shape become spaces."""
    return _UNPRINTABLE.sub(" ", text)


def on_one_line(text: str) -> str:
    """A quote as running text: the line breaks of its page become spaces, nothing else changes."""
    return " ".join(printable(text).split())


def number(count: int) -> str:
    return f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun: 1 document, 2 documents."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def _parts_in_words(value: dict[str, Any]) -> str:
    if value.keys() == {"count", "unit"}:
        unit = str(value["unit"])
        return f"{value['count']} {unit.removesuffix('s') if value['count'] == 1 else unit}"
    return "; ".join(str(part) for part in value.values() if part not in (None, ""))


def _date_in_words(value: str) -> str:
    try:
        written = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{written.day} {written:%B %Y}"
