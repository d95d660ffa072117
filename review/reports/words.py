"""Values and characters as a report writes them."""

import re
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from review.findings import values

# What XML 1.0 cannot carry at all, and so neither can a Word file.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def value_in_words(answer_type: str, value: Any) -> str:
    """A typed value as a lawyer would write it; empty when nothing could be computed."""
    if answer_type == "text" and isinstance(value, str):
        return value
    return values.value_in_words(value, _long_date)


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


def _long_date(written: date) -> str:
    return f"{written.day} {written:%B %Y}"
