"""What follows the first term: once, so many times, one term after the other, or without end."""

import re
from collections.abc import Sequence

from inference.types import AmbiguousValue, DurationValue, RenewalValue

from .durations import FoundDuration, durations_in
from .words import NUMBER, number

_CUE = re.compile(
    r"\b(?:re-?new\w{0,6}|exten\w{1,6}|successive|consecutive|additional"
    r"|further|subsequent|prolong\w{0,4}|another)\b",
    re.IGNORECASE,
)
_NOTICE_AFTER = re.compile(
    r"^(?![- ]{0,2}(?:renewal |extension |additional )?(?:terms?|periods?)\b)'? ?(?:(?!unless|by)\w+ ){0,4}?"
    r"(?:before|prior|in advance|preceding|advance|notice|notification|written|from (?:receipt|the date))",
    re.IGNORECASE,
)
_FIRST_TERM = re.compile(
    r"(?:initial(?:ly)?|first|original) (?:(?!re-?new|exten|automatic|thereafter|additional)\w+"
    r" ){0,4}(?:shall |will )?(?:be |for |of |the |a |an |period ){0,5}$",
    re.IGNORECASE,
)
_TO_ACT = re.compile(
    r"^'? ?(?:\(?(?:in|within|during) which\b|to (?:negotiate|agree|discuss|decide|notify|accept|respond)\b)",
    re.IGNORECASE,
)
_ANNUAL = re.compile(
    r"\b(?P<year>year[- ]to[- ]year|annual(?:ly)?|yearly|(?:each|every) year)\b"
    r"|\b(?P<month>month[- ]to[- ]month|monthly)\b",
    re.IGNORECASE,
)
_ANNUAL_NEAR = re.compile(
    r"re-?new\w{0,6}[^.;]{0,60}$|exten\w{1,6}[^.;]{0,60}$|successive ?$|consecutive ?$"
    r"|additional ?$|continu\w{1,6}[^.;]{0,60}$",
    re.IGNORECASE,
)
_SUCCESSIVE = re.compile(
    r"\b(?:successive(?:ly)?|consecutive(?:ly)?|subsequent (?:terms|periods)"
    r"|year[- ]to[- ]year|month[- ]to[- ]month"
    r"|each (?:such )?(?:additional |renewal |extension )(?:term|period)|from (?:year to year|time to time)"
    r"|any (?:renewal|extension|subsequent) (?:terms?|periods?)|thereafter"
    r" until (?:it is )?(?:terminated|cancel?led)"
    r"|annual(?:ly)?|each (?:year|anniversary)|on each|automatic renewals|renewals each"
    r"|(?:end|expiration|expiry) of (?:the |each |any |a"
    r" )?(?:then[- ])?(?:current|subsequent|renewal|each))\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"^[- )]{0,3}(?:\w+ ){0,2}(?:terms|periods|renewals|extensions|intervals)\b|^ (?:duration )?each\b",
    re.IGNORECASE,
)
_PLURAL_BEFORE = re.compile(
    r"(?:terms|periods|renewals|extensions|intervals)(?:,? each)?(?: of| for| lasting)?(?: up to)? ?$",
    re.IGNORECASE,
)
_TIMES = re.compile(
    rf"(?P<times>{NUMBER}|\d{{1,2}})(?: ?\((?P<digits>\d{{1,2}})\))? (?:(?:additional"
    rf"|successive|consecutive|further|separate"
    rf"|optional|subsequent|more|like|option|renewal|extension) ){{0,3}}"
    rf"(?:(?:{NUMBER}|\d{{1,3}})?(?: ?\(\d{{1,3}}\))? ?-? ?(?:year|month"
    rf"|day)s?(?: renewal| extension| option)? )?"
    rf"(?:terms?|periods?|renewals?|extensions?|options?)\b(?! of notice)",
    re.IGNORECASE,
)
_EVERGREEN = re.compile(
    r"\bindefinite\w{0,2}\b|\bperpetu\w{1,6}\b|\b(?:continu\w{1,6}|remain\w{0,3}"
    r"|extend\w{0,3}|renew\w{0,4})\b[^.;]{0,160}"
    r"\buntil\b[^.;]{0,100}\b(?:terminat\w{1,5}|cancel\w{0,6}|\bnotice|\bended)",
    re.IGNORECASE,
)
_BLACKED_OUT = re.compile(r"\[ ?[*_ .]{1,20} ?\]|\*{2,}|_{3,}")
_AUTOMATIC = re.compile(
    r"\bautomatic\w{0,4}|\bunless\b[^.;]{0,160}\b(?:notice|notif\w{1,6}"
    r"|terminat\w{1,5}|cancel\w{0,6}|elect\w{0,4})\b"
    r"|without (?:further )?(?:notice|notification|action)",
    re.IGNORECASE,
)
_BY_CHOICE = re.compile(
    r"\boptions?\b|\bmay\b[^.;]{0,80}\b(?:renew|extend)|\bright to (?:renew|extend)"
    r"|\bmutual\w{0,2}\b|\bat the (?:election|discretion)"
    r"|\belects? to (?:renew|extend)|\brequest\w{0,3}\b",
    re.IGNORECASE,
)


def renewal_value(quotes: Sequence[str]) -> RenewalValue | AmbiguousValue | None:
    """What plain quotes say of the time after the first term; None where they say nothing of it."""
    together = " ".join(quotes)
    lengths = [length for quote in quotes for length in _lengths(quote)]
    if any(len(each) > 1 for each, _ in lengths):
        readings = tuple(RenewalValue("successive", (r,)) for each, _ in lengths for r in each)
        return AmbiguousValue(readings, "The number in words and the number in digits differ.")
    automatic = _is_automatic(together)
    known = list(dict.fromkeys(each[0] for each, _ in lengths))
    if not known:
        return _without_length(together, automatic)
    times = _times(quotes)
    if times is not None:
        if times > 1:
            return RenewalValue("times", tuple(known), times, automatic)
        return RenewalValue("once", tuple(known), None, automatic)
    if _SUCCESSIVE.search(together) or any(plural for _, plural in lengths):
        return RenewalValue("successive", tuple(known), None, automatic)
    return RenewalValue("once", tuple(known), None, automatic)


def _without_length(text: str, automatic: bool | None) -> RenewalValue | None:
    if _BLACKED_OUT.search(text):
        is_many = re.search(r"\b(?:successive|consecutive)\b", text, re.IGNORECASE)
        return RenewalValue("successive", is_automatic=automatic) if is_many else None
    return RenewalValue("evergreen", is_automatic=automatic) if _EVERGREEN.search(text) else None


def _lengths(quote: str) -> list[tuple[tuple[DurationValue, ...], bool]]:
    """The lengths of the terms that follow, each with whether the words make them many."""
    cues = [match.start() for match in _CUE.finditer(quote)]
    found = []
    for each in durations_in(quote):
        if _is_of_renewal(quote, each, cues):
            after, before = quote[each.end : each.end + 40], quote[max(0, each.start - 40) : each.start]
            found.append((each.readings, bool(_PLURAL.search(after) or _PLURAL_BEFORE.search(before))))
    if not found:
        for match in _ANNUAL.finditer(quote):
            if _ANNUAL_NEAR.search(quote[max(0, match.start() - 90) : match.start()]):
                found.append(((DurationValue(1, "years" if match["year"] else "months"),), True))
                break
    return found


def _is_of_renewal(quote: str, each: FoundDuration, cues: Sequence[int]) -> bool:
    before, after = quote[max(0, each.start - 60) : each.start], quote[each.end : each.end + 50]
    if _NOTICE_AFTER.search(after) or _TO_ACT.search(after) or _FIRST_TERM.search(before):
        return False
    if each.readings[0].unit in ("days", "business_days", "weeks") and not _is_a_term(before, after):
        return False
    directly = re.match(r"[- ]{0,2}(?:renewal|extension|additional|successive|further)", after)
    near = [cue for cue in cues if cue < (each.end + 25 if directly else each.end)]
    return bool(near) and each.start - near[-1] < 180 and not re.search(r"notice (?:of|at) ?$", before)


def _is_a_term(before: str, after: str) -> bool:
    return bool(
        re.search(r"(?:term|period)s? of ?(?:up to )?$", before)
        or re.match(r"[- ]{0,2}(?:term|period)", after)
    )


def _times(quotes: Sequence[str]) -> int | None:
    """How often, where one number is said."""
    said = set()
    for quote in quotes:
        for match in _TIMES.finditer(quote):
            count = number(match["digits"] or match["times"])
            words = match[0].lower()
            if (
                count
                and count <= 50
                and not re.match(rf"(?:{NUMBER}|\d+)(?: ?\(\d+\))? ?-?(?:year|month|day)", words)
            ):
                said.add(count)
    return said.pop() if len(said) == 1 else None


def _is_automatic(text: str) -> bool | None:
    if _AUTOMATIC.search(text):
        return True
    return False if _BY_CHOICE.search(text) else None
