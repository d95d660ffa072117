"""The notice that stops a renewal: how long before the end it must be given."""

import re
from collections.abc import Sequence

from inference.types import AmbiguousValue, NoticeValue

from .durations import FoundDuration, durations_in

_AFTER = re.compile(
    r"^'? ?(?:\w+ ){0,4}?(?:before|prior|in advance|preceding|advance|notice"
    r"|notification|written|of the (?:conclusion|end|expir))",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:notice|notif\w{1,10}|at least|not less than|no less than|no"
    r" later than|not later than|within)[^.;]{0,60}$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(r"(?:no|not) (?:more|earlier|greater|sooner) than (?:\w+ ){0,3}$", re.IGNORECASE)
_TERM = re.compile(
    r"^ ?(?:each )?(?:renewal |extension )?(?:terms?|periods?|renewals?"
    r"|extensions?)\b(?! of notice)|^[^.;]{0,25}\beach\b",
    re.IGNORECASE,
)
_PERIODS = re.compile(
    r"(?:renew\w{0,4}|extend\w{0,3}|terms?|periods?|duration|successive|additional|another|further)"
    r" (?:automatically )?(?:for |of |be |an? |another |additional |successive |up to ){0,4}$",
    re.IGNORECASE,
)


def notice_value(quotes: Sequence[str]) -> NoticeValue | AmbiguousValue | None:
    """The notice period that plain quotes name; None for none."""
    latest: list[FoundDuration] = []
    note = ""
    for quote in quotes:
        found = [each for each in durations_in(quote) if _is_notice(quote, each)]
        at_most = [each for each in found if _AT_MOST.search(quote[max(0, each.start - 40) : each.start])]
        if at_most and len(at_most) < len(found):
            note = "There is also an earliest day for the notice."
            found = [each for each in found if each not in at_most]
        latest += found
    return _one(latest, note)


def _is_notice(quote: str, each: FoundDuration) -> bool:
    before, after = quote[max(0, each.start - 90) : each.start], quote[each.end : each.end + 60]
    if _TERM.search(after) or (_PERIODS.search(before) and not re.search(r"\bwithin a period of ?$", before)):
        return False
    return bool(_AFTER.search(after) or _BEFORE.search(before))


def _one(found: Sequence[FoundDuration], note: str) -> NoticeValue | AmbiguousValue | None:
    readings = tuple(
        dict.fromkeys(NoticeValue(r.count, r.unit, note) for each in found for r in each.readings)
    )
    if len(readings) <= 1:
        return readings[0] if readings else None
    differ = any(len(each.readings) > 1 for each in found)
    why = (
        "The number in words and the number in digits differ."
        if differ
        else "The words name several notice periods."
    )
    return AmbiguousValue(readings, why)
