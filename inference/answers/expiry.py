"""When the first term ends: a day, a length of time counted from another finding of the contract, or never."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from inference.types import (
    AmbiguousValue,
    DateValue,
    DurationValue,
    PerpetualValue,
    RelativeDateValue,
)

from .dates import SHORT, FoundDate, dates_in, later, value_of_date
from .durations import FoundDuration, durations_in
from .starts import OF_EFFECT, OF_THE_AGREEMENT, Day, Settle
from .words import ORDINAL, ordinal

MOST = 20  # dates, lengths and starts of one quote that are looked at
End = DateValue | RelativeDateValue | PerpetualValue | AmbiguousValue

_LEAD = re.compile(
    r"\b(?:unless|except|subject to|notwithstanding)\b(?: (?!shall\b|will\b)[^\s,;]{1,40}){0,40}?,(?= )",
    re.IGNORECASE,
)
_RENEWAL = re.compile(
    r"\bautomatic\w{0,4} (?:re-?new\w{0,6}|exten\w{1,6})|\b(?:shall|will"
    r"|may|be|is|are|and|with|thereafter|agreement)"
    r"(?: (?:also|then|thereafter|be|automatically|further|an|a|subject to|for)){0,4}"
    r" (?:re-?new\w{0,6}|extend\w{0,3}|successive)"
    r"(?! for (?:an? )?(?:initial|period|term|first|\w+ \())"
    r"|\brenewable\b|\bany Renewal Term\b|\bsuccessive\b|\bthereafter\b(?="
    r" (?:shall|will|may|automatic\w{0,4}|this|the|until))"
    r"|, provided\b|\bprovided,? (?:however|that)\b",
    re.IGNORECASE,
)
_START_WORD = (
    r"commenc\w{1,6}|begin\w{0,5}|start\w{0,3}|effective|from|as of|dated|after|following|since|upon|made"
)
_END_WORD = (
    r"until|till|through(?:out)?|thru|expir\w{1,6}|terminat\w{1,5}|ends?\b|ending|ended"
    r"|conclud\w{1,5}|clos\w{1,3}|completion"
)
_MARKS = re.compile(rf"\b(?:(?P<end>{_END_WORD})|(?P<start>{_START_WORD}))\b", re.IGNORECASE)
_TO = re.compile(r"(?:\bto(?: and including)?|[-]|\bto the)\W{0,3}$", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:period|term|duration|force|effect|continu\w{1,5}|remain\w{0,3}"
    r"|valid|last\w{0,3}|end\w{0,3}|expir\w{1,4}"
    r"|terminat\w{1,5}|until|extend\w{0,3}|run\w{0,4})\b[^.;]{0,75}$|\b(?:is|be"
    r"|shall be) (?:for )?(?:an? |the )?(?:\w+ ){0,3}$",
    re.IGNORECASE,
)
_OF_NOTICE = re.compile(
    r"^'? ?(?:\w+ ){0,4}?(?:notice|notification|prior|written|before|advance)\b", re.IGNORECASE
)
_NOTICE = re.compile(
    r"\bnotice\b[^.;]{0,60}$|\bwithin ?$|\bby the end of ?$|\bshorter than ?$|\bup to ?$", re.IGNORECASE
)
_BRACKETS = r"(?:[ ,\"]{0,3}\([^()]{0,80}\)){0,2}[ ,\"]{0,4}"
_FROM = re.compile(
    rf"^{_BRACKETS}(?:(?:initial )?(?:term|period|duration)s?{_BRACKETS})?"
    rf"(?:(?:in length|and|which|that|shall|will|to be|calculated|counted|running|measured|is|as) ){{0,4}}"
    rf"(?:from|after|following|beginning|begin|begins|commencing|commence"
    rf"|commences|starting|start|starts|effective|of)\b"
    rf"(?: (?:and including|on|with|from|as of|at|upon))?(?P<anchor> ?.{{0,160}})",
    re.IGNORECASE,
)
_THERE = re.compile(r"^\W{0,3}(?:there(?:after|from|of)|after that|hence)\b", re.IGNORECASE)
_ANNIVERSARY = re.compile(
    rf"\b(?P<nth>{ORDINAL}|\d{{1,2}} ?(?:s ?t|n ?d|r ?d|t ?h))(?: ?\(\d{{1,2}} ?(?:s ?t|n ?d|r ?d|t ?h)\))?"
    rf"(?: \w+)? anniversary(?: date)?(?: of)?(?P<anchor>.{{0,120}})",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(r"\bday (?:prior to|before|preceding) (?:the )?$", re.IGNORECASE)
_PERPETUAL = re.compile(
    r"\bperpetu\w{1,5}\b|\bindefinite\w{0,2}\b|\bunlimited (?:period|term"
    r"|duration|time)|\bno (?:fixed|definite) term"
    r"|\bevergreen\b|\b(?:until|unless|or)\b(?: \w+){0,8}? (?:is |are |be"
    r" )?(?:sooner |earlier |so |validly |otherwise )?"
    r"(?:terminated|cancel?led|ended)\b"
    r"|\b(?:until|unless and until)\b[^.;]{0,80}\b(?:terminat\w{1,5}|cancel\w{0,6}|notice)\b"
    r"|\bcontinue\w{0,3} until (?:the )?termination\b"
    r"|\b(?:not|never) (?:be )?(?:terminable|terminated)\b[^.;]{0,40}\bfor any (?:cause|reason)\b",
    re.IGNORECASE,
)
_ONLY_EXCEPTION = re.compile(r"\b(?:unless|or)\b", re.IGNORECASE)
_ENDS_OTHERWISE = re.compile(
    r"\b(?:until|through|upon|on|of)\b[^.;]{0,60}\b(?:expiration|expiry"
    r"|completion|last|later|earlier|end of)\b",
    re.IGNORECASE,
)
_END_OF_THE_YEAR = re.compile(r"\bend of the (?:then[- ])?current (?:calendar )?year\b", re.IGNORECASE)
_OF_THE_TERM = re.compile(
    r"\b(?:initial|first|original)?\W{0,2}(?:term|period|duration)\b[^.;]{0,50}$", re.IGNORECASE
)
_REDACTED = re.compile(r"\[ ?[*_ .•●]{1,20} ?\]|\*{2,}|_{3,}|\bX{3,}\b")
_LEAD_IN = r"^\W{0,3}(?:the |its |this |such )?(?:date of (?:the )?)?"
_NAMED = (
    re.compile(
        rf"{_LEAD_IN}(?P<name>(?:[A-Z][\w'-]{{0,20}} ){{1,4}}Date)\b|(?:{_LEAD_IN})(?P<common>(?:commencement"
        rf"|start|launch|closing|delivery) date)\b"
    ),
    re.compile(
        rf"{_LEAD_IN}(?P<name>(?:[A-Z][\w'-]{{0,20}} ){{0,3}}(?:Launch|Closing"
        rf"|Commencement|Delivery|Acceptance|Sale|Day))\b"
    ),
)
_ANY_ANCHOR = re.compile(r"^\W{0,3}(?P<name>(?:[\w'-]{1,25} ?){1,12})")


@dataclass(frozen=True)
class Starts:
    """What other findings of the contract settle about its beginning, and how to look up a day it defines."""

    agreement: Day | None
    effective: Day | None
    defined: Callable[[str], Day | None]
    settle: Settle


class _Sentence:
    """A quote and the start that it states, looked for once."""

    def __init__(self, words: str, starts: Starts) -> None:
        self.words = words
        self._starts = starts

    @cached_property
    def start(self) -> Day | None:
        days = [
            value_of_date(d, self._starts.settle)
            for d in dates_in(self.words)[:MOST]
            if _is_start(self.words, d)
        ]
        return _only(days)


@dataclass(frozen=True)
class _Anchor:
    day: DateValue | None
    name: str


def expiration_date(quotes: Sequence[str], starts: Starts) -> End | None:
    """The end of the first term that plain quotes settle, in the order of the text; None where they settle none."""
    first = [_first_term(quote) for quote in quotes]
    for read in (_stated, _anniversary, _counted, _of_the_year):
        if (end := read(first, starts)) is not None:
            return end
    return _without_end(first)


def _first_term(quote: str) -> str:
    """A quote without what it excepts and without what it says of later terms."""
    kept = _LEAD.sub(" ", quote)
    renewal = _RENEWAL.search(kept)
    if renewal and renewal.start() > 20:
        kept = kept[: renewal.start()]
    elif renewal:
        kept = ""
    return kept


def _stated(quotes: Sequence[str], starts: Starts) -> DateValue | AmbiguousValue | None:
    found = [each for quote in quotes for each in dates_in(quote)[:MOST] if _is_end(quote, each)]
    return _only([value_of_date(each, starts.settle) for each in found])


def _only(values: Sequence[DateValue | AmbiguousValue]) -> DateValue | AmbiguousValue | None:
    dates = {value.iso: value for value in values if isinstance(value, DateValue)}
    if len(dates) > 1:
        return AmbiguousValue(tuple(dates.values()), "The evidence names several last days.")
    return next(iter(dates.values()), None) or next(iter(values), None)


def _is_end(quote: str, found: FoundDate) -> bool:
    before = _directly_before(quote, found)
    if len(quote) <= SHORT and found.start < 12 and len(dates_in(quote)) == 1:
        return not re.search("from|effective|commenc|begin|start", before, re.IGNORECASE)
    if _TO.search(before):
        return True
    marks = [*_MARKS.finditer(before)]
    return bool(marks) and marks[-1]["end"] is not None


def _directly_before(quote: str, found: FoundDate) -> str:
    """The words that lead to a date: those of its own sentence, after any other date."""
    before = quote[max(0, found.start - 80) : found.start]
    others = dates_in(before)
    before = before[others[-1].end :] if others else before
    return re.split(r"[.;] (?=[A-Z])", before)[-1]


def _is_start(quote: str, found: FoundDate) -> bool:
    marks = [*_MARKS.finditer(_directly_before(quote, found))]
    return bool(marks) and marks[-1]["start"] is not None


def _anniversary(quotes: Sequence[str], starts: Starts) -> End | None:
    ends: list[End] = []
    for quote in quotes:
        sentence = _Sentence(quote, starts)
        for match in islice(_ANNIVERSARY.finditer(quote), MOST):
            years = ordinal(match["nth"].replace(" ", ""))
            if years:
                day_before = bool(_DAY_BEFORE.search(quote[max(0, match.start() - 40) : match.start()]))
                ends.append(
                    _end(
                        DurationValue(years, "years"), _anchor(match["anchor"], sentence, starts), day_before
                    )
                )
    return _agreed(ends)


def _counted(quotes: Sequence[str], starts: Starts) -> End | None:
    ends: list[End] = []
    of_the_term: list[End] = []
    for quote in quotes:
        sentence = _Sentence(quote, starts)
        for each in durations_in(quote)[:MOST]:
            if _is_a_term(quote, each):
                rest = quote[each.end : each.end + 320]
                after = None if _THERE.match(rest) else _FROM.match(rest)
                anchor = _anchor(after["anchor"] if after else "", sentence, starts)
                readings = [_end(reading, anchor, False) for reading in each.readings]
                end = readings[0] if len(readings) == 1 else _either(readings)
                ends.append(end)
                if _OF_THE_TERM.search(quote[max(0, each.start - 70) : each.start]):
                    of_the_term.append(end)
    return _agreed(of_the_term if len({_key(end) for end in of_the_term}) == 1 else ends)


def _of_the_year(quotes: Sequence[str], starts: Starts) -> DateValue | None:
    """The last day of the calendar year in which it begins."""
    own = _own(starts.effective, starts.agreement, "").day
    is_said = any(_END_OF_THE_YEAR.search(quote) for quote in quotes)
    if not is_said or own is None or "X" in own.iso[:4]:
        return None
    return DateValue(f"{own.iso[:4]}-12-31", f"The end of the calendar year of {own.iso}.")


def _is_a_term(quote: str, each: FoundDuration) -> bool:
    before, after = quote[max(0, each.start - 110) : each.start], quote[each.end : each.end + 60]
    if _OF_NOTICE.search(after) or _NOTICE.search(before):
        return False
    if each.readings[0].unit in ("days", "business_days") and not re.search(r"(?:term|period) of", before):
        return False
    return bool(_COUNTED.search(before)) or bool(re.match(r"[- ]{0,2}(?:term|period)", after))


def _either(readings: Sequence[End]) -> AmbiguousValue:
    settled = tuple(each for each in readings if not isinstance(each, AmbiguousValue))
    return AmbiguousValue(settled, "The number in words and the number in digits differ.")


def _agreed(ends: Sequence[End]) -> End | None:
    """The end that all ways of counting agree on; a settled day before one that hangs on an unknown day."""
    distinct = {_key(each): each for each in ends}
    settled = [each for each in distinct.values() if isinstance(each, DateValue)]
    if len(settled) == 1:
        return settled[0]
    if len(distinct) <= 1:
        return next(iter(distinct.values()), None)
    readings = tuple(each for each in distinct.values() if not isinstance(each, AmbiguousValue))
    return AmbiguousValue(readings, "The evidence names several terms.")


def _key(end: End) -> object:
    return end.iso if isinstance(end, DateValue) else end


def _end(length: DurationValue, anchor: _Anchor, day_before: bool) -> End:
    if anchor.day is not None:
        iso = later(anchor.day.iso, length.count, length.unit)
        if iso and day_before:
            iso = later(iso, -1, "days")
        if iso:
            unit = length.unit.replace("_", " ").removesuffix("s") + ("s" if length.count != 1 else "")
            return DateValue(iso, f"{length.count} {unit} from {anchor.name}, {anchor.day.iso}.")
    return RelativeDateValue(length.count, length.unit, anchor.name)


def _anchor(words: str, sentence: _Sentence, starts: Starts) -> _Anchor:
    """The day a term is counted from: what the words name, else the start its sentence states or the effective date."""
    if _REDACTED.match(words.strip()):
        return _Anchor(None, "a day that is blacked out")
    near = dates_in(words[:60])
    if near and near[0].start < 40 and isinstance(stated := value_of_date(near[0], starts.settle), DateValue):
        return _Anchor(stated, "the day stated")
    if _THERE.match(words):
        return _by_default(sentence, starts)
    head = words[:90]
    ends_at = re.search(r"[.;]|\band (?:shall|will|ending|expiring|ends)", head)
    head = head[: ends_at.start()] if ends_at else head
    effect, made = OF_EFFECT.search(head), OF_THE_AGREEMENT.search(head)
    if made and not (effect and effect.start() < made.start()):
        return _own(starts.agreement, starts.effective, "the Agreement Date")
    if effect:
        return _own(starts.effective, sentence.start, "the Effective Date")
    name = _name_of_a_day(head)
    if name:
        return _named(name, starts)
    if head.strip(' ,)("') and not re.match(
        r"\W{0,4}(?:this|the|such) (?:Agreement|Term|Contract|Initial)", head
    ):
        other = _ANY_ANCHOR.match(head)
        if other and other["name"].strip():
            return _Anchor(None, other["name"].strip())
    return _by_default(sentence, starts)


def _name_of_a_day(words: str) -> str | None:
    for pattern in _NAMED:
        if match := pattern.match(words):
            return match["name"] or match.groupdict().get("common")
    return None


def _named(name: str, starts: Starts) -> _Anchor:
    """A day the contract calls by a name: as it defines it; a commencement is otherwise its taking effect."""
    day = starts.defined(name)
    if isinstance(day, DateValue):
        return _Anchor(day, f"the {name}")
    if OF_THE_AGREEMENT.search(name):
        return _own(starts.agreement, starts.effective, "the Agreement Date")
    if name.lower() in ("commencement date", "start date"):
        return _own(starts.effective, None, "the Effective Date")
    return _Anchor(None, f"the {name}")


def _own(first: Day | None, second: Day | None, name: str) -> _Anchor:
    for day in (first, second):
        if isinstance(day, DateValue):
            return _Anchor(day, name)
    return _Anchor(None, name)


def _by_default(sentence: _Sentence, starts: Starts) -> _Anchor:
    """Where the length names no start: the start its sentence states or names, else the Effective Date."""
    quote, stated = sentence.words, sentence.start
    if isinstance(stated, DateValue):
        return _Anchor(stated, "the day stated")
    for match in islice(_MARKS.finditer(quote), MOST):
        lead = re.sub(r"^ (?:on|as of|from|upon|with) ", " ", quote[match.end() : match.end() + 70])
        name = _name_of_a_day(lead) if match["start"] else None
        if name and not OF_EFFECT.search(name):
            return _named(name, starts)
        if name:
            break
    if OF_THE_AGREEMENT.search(quote) and not OF_EFFECT.search(quote):
        return _own(starts.agreement, starts.effective, "the Agreement Date")
    if isinstance(starts.effective, DateValue):
        return _Anchor(starts.effective, "the Effective Date")
    return _own(starts.agreement, None, "the Agreement Date")


def _without_end(quotes: Sequence[str]) -> PerpetualValue | None:
    text = " ".join(quotes)
    if not _PERPETUAL.search(text) or _REDACTED.search(text):
        return None
    if re.search(r"\bperpetu\w{1,5}\b|\bindefinite|\bunlimited ", text, re.IGNORECASE):
        return PerpetualValue()
    return None if _ENDS_OTHERWISE.search(text) else PerpetualValue()
