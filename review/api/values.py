"""Typed values as JSON: the shapes that `review/findings/values.py` lists, each checked against its question's type."""

from typing import Any

from review.errors import Invalid
from review.findings.values import LONGEST, is_shape_of

SENTENCES = {
    "yes_no": "The value of this question is true or false.",
    "date": (
        'The value of this question is a date, "2027-03-31", or {"kind": "date"}, {"kind": "after"} or'
        ' {"kind": "perpetual"} with its parts.'
    ),
    "duration": 'The value of this question is a duration, {"count": 30, "unit": "days"}.',
    "money": 'The value of this question is true, false or {"kind": "yes"} with its amounts.',
}
OTHERWISE = f"The value of this question is text, up to {LONGEST} characters, or the shape of its type."


def checked_value(answer_type: str, value: Any) -> Any:
    """The value if it is of the question's type; None stays None. Raises Invalid in words."""
    known = answer_type if answer_type in TYPES else "text"
    if value is not None and not is_shape_of(known, value):
        raise Invalid(SENTENCES.get(known, OTHERWISE))
    return value


TYPES = ("yes_no", "money", "date", "duration", "notice_period", "renewal", "jurisdiction", "parties", "text")
SHAPES = (
    'Typed by the question\'s answer_type. A whole date is text, "2027-03-31";'
    " a duration is {count, unit}; yes or no"
    " is a boolean; text is text. Anything richer is an object with a"
    " kind: date {date, note}, where X is an unknown"
    " digit; after {count, unit, of}; perpetual; notice {count, unit, note};"
    " renewal {form, lengths, times, automatic};"
    " law {places: [{name, country}]}; parties {parties: [{name, terms}]};"
    " yes {amounts, rule}, an amount being"
    " {minor, currency} or {percent, months}; either {readings, note}"
    " where the words allow several readings. Null"
    " where the evidence settles nothing."
)
