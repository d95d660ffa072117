"""Typed values in words, and words back into typed values: what a cell shows and what an edit form sends."""

from datetime import date
from typing import Any

from django.utils import formats

from review.errors import Invalid
from review.findings.values import value_from_words, value_in_words

REFUSALS = {
    "yes_no": "The value of this question is Yes or No.",
    "money": "Write Yes or No, with the amounts where you like: Yes: USD"
    " 1,000,000.00; 100 % of the fees of 12 months.",
    "date": (
        "Write the date as year-month-day, for example 2027-03-31, or as"
        " much of it as is known: 2027-03 or 2027."
        " An end can also be No fixed end, or 3 years after the Launch Date."
    ),
}

HINTS = {
    "date": "For example 2027-03-31; 2027-03 or 2027 where no more is known; No"
    " fixed end; 3 years after the Launch Date.",
    "duration": "For example 30 days or 2 years.",
    "notice_period": "For example 90 days.",
    "renewal": "For example Successive terms of 1 year, automatic; 2 terms of"
    " 5 years, by choice; Goes on until ended.",
    "jurisdiction": "For example New York; several are parted by semicolons.",
    "parties": 'For example Halden Mills LLC ("Supplier"); Birchfield Foods, Inc. ("Buyer").',
    "money": "Yes, No, or Yes: the greater of USD 1,000,000.00; 100 % of the fees of 12 months.",
}


def shown_value(answer_type: str, value: Any, *, short: bool = False) -> str:
    """A value as a lawyer would write it; empty when nothing could be computed. `short` is for a cell of the grid."""
    if answer_type == "text" and isinstance(value, str):
        return value
    return value_in_words(value, _short_date, short=short)


def editable_value(answer_type: str, value: Any) -> str:
    """A value as the edit form shows it, so that `parse_value` gives it back; empty where several readings are open."""
    if isinstance(value, dict) and value.get("kind") == "either":
        return ""
    if isinstance(value, dict) and value.get("kind") == "date":
        return str(value["date"])
    return value_in_words(value, date.isoformat)


def parse_value(answer_type: str, words: str) -> Any:
    """What a person typed, as a value of this type; None for nothing. Raises Invalid in words."""
    words = words.replace("\0", "").strip()
    if not words:
        return None
    value = value_from_words(answer_type, words)
    if value is None:
        raise Invalid(REFUSALS[answer_type])
    return value


def _short_date(day: date) -> str:
    return formats.date_format(day, "j M Y")
