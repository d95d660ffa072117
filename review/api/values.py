"""Typed values as JSON: a boolean, a date as text, a duration as its parts, or words."""

from datetime import date
from typing import Any

from review.errors import Invalid

UNITS = ("days", "weeks", "months", "years")
LONGEST = 2000  # characters


def checked_value(answer_type: str, value: Any) -> Any:
    """The value if it is of the question's type; None stays None. Raises Invalid in words."""
    if value is None:
        return None
    match answer_type:
        case "yes_no":
            return _checked(isinstance(value, bool), value, "The value of this question is true or false.")
        case "date":
            return _checked(_is_date(value), value, 'The value of this question is a date, "2027-03-31".')
        case "duration":
            words = 'The value of this question is a duration, {"count": 30, "unit": "days"}.'
            return _checked(_is_duration(value), value, words)
    return _checked(
        _is_words(value), value, f"The value of this question is text, up to {LONGEST} characters."
    )


def _checked(is_right: bool, value: Any, sentence: str) -> Any:
    if not is_right:
        raise Invalid(sentence)
    return value


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_duration(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"count", "unit"} or value["unit"] not in UNITS:
        return False
    count = value["count"]
    return isinstance(count, int | float) and not isinstance(count, bool) and 0 < count < 100_000


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value and 0 < len(value.strip()) <= len(value) <= LONGEST
