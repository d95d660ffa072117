"""Typed values in words, and words back into typed values: what a cell shows and what an edit form sends."""

import re
from datetime import date
from typing import Any

from django.utils import formats

from review.errors import Invalid

UNITS = ("days", "weeks", "months", "years")
DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(day|week|month|year)s?\s*", re.IGNORECASE)


def shown_value(answer_type: str, value: Any) -> str:
    """A value as a lawyer would write it; empty when nothing could be computed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        return _shown_parts(value)
    if isinstance(value, list):
        return "; ".join(shown_value(answer_type, part) for part in value)
    if answer_type == "date":
        return _shown_date(str(value))
    return str(value)


def editable_value(answer_type: str, value: Any) -> str:
    """A value as the edit form shows it, so that `parse_value` gives it back."""
    if isinstance(value, str):
        return value
    return shown_value(answer_type, value)


def parse_value(answer_type: str, words: str) -> Any:
    """What a person typed, as a value of this type; None for nothing. Raises Invalid in words."""
    words = words.strip()
    if not words:
        return None
    if answer_type == "yes_no":
        return _parse_yes_no(words)
    if answer_type == "date":
        return _parse_date(words)
    if answer_type == "duration" and (match := DURATION.fullmatch(words)):
        count = float(match[1])
        return {"count": int(count) if count.is_integer() else count, "unit": match[2].lower() + "s"}
    return words[:2000]


def _shown_parts(value: dict[str, Any]) -> str:
    if {"count", "unit"} <= value.keys():
        count, unit = value["count"], str(value["unit"])
        return f"{count} {unit.removesuffix('s') if count == 1 else unit}"
    return "; ".join(str(part) for part in value.values() if part not in (None, ""))


def _shown_date(value: str) -> str:
    try:
        return formats.date_format(date.fromisoformat(value), "j M Y")
    except ValueError:
        return value


def _parse_yes_no(words: str) -> bool:
    if words.lower() not in {"yes", "no"}:
        raise Invalid("The value of this question is Yes or No.")
    return words.lower() == "yes"


def _parse_date(words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise Invalid("Write the date as year-month-day, for example 2027-03-31.") from None
