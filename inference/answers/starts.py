"""When a contract was made and when it takes effect."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference.types import AmbiguousValue, DateValue

from .dates import SHORT, FoundDate, dates_in, value_of_date
from .words import plain

Settle = Callable[[FoundDate], str]
Day = DateValue | AmbiguousValue

_AROUND = 90  # code points on each side of a quote that may say what its date is
_STARTS = re.compile(
    r"\b(?:effective|commenc\w{1,6}|begin\w{0,5}|start\w{0,3}|from|as of|means?"
    r"|force|into effect|takes? effect|dated|on)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:until|through|thru|expir\w{1,6}|terminat\w{1,5}|end\w{0,3}|conclud\w{1,4})\b", re.IGNORECASE
)
_EFFECTIVE_BEFORE = re.compile(
    r'effective(?: date"?)?[^.;]{0,30}$|"?effective date"?.{0,40}$'
    r"|commencement date.{0,30}$|in effect.{0,20}$",
    re.IGNORECASE,
)
_EFFECTIVE_AFTER = re.compile(
    r"^[\s,]{0,2}\(?[^.;]{0,40}\beffective|^[\s,]{0,2}\(?[^.;)]{0,30}commencement date", re.IGNORECASE
)
_MADE_BEFORE = re.compile(
    r"(?:dated|made|entered|executed|as of|this|date:?|on)\b[^.;]{0,60}$", re.IGNORECASE
)
OF_THE_AGREEMENT = re.compile(
    r"\b(?:(?:date|day)(?: and year)?(?: first)?(?: set forth| stated| indicated| appearing)?(?: first)? "
    r"(?:hereof|above|written|set forth|stated|mentioned|indicated|named)"
    r"|date (?:first|hereinabove) |date (?:of )?(?:this|the) (?:\w+"
    r" )?(?:agreement|contract|lease|deed|amendment)"
    r"|date hereof|its date|dates? of (?:its |the |this |last )?(?:execution|signature"
    r"|signing)|date of (?:the )?last signature"
    r"|date (?:on which |that )?(?:it|this agreement|the agreement) (?:is"
    r"|was|has been) (?:fully )?(?:signed|executed)"
    r"|date (?:is |was )?(?:signed|executed)|signing date|signature date"
    r"|execution date|agreement date|contract date"
    r"|upon (?:its |the )?(?:execution|signature|signing)|execution (?:hereof|of this agreement)"
    r"|when (?:fully )?(?:signed|executed)|dates? (?:that )?it is executed|of (?:its|this) execution)\b",
    re.IGNORECASE,
)
OF_EFFECT = re.compile(
    r"\beffective date\b|\bdate of effect\w{0,7}\b|\bcommencement of this agreement\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Quoted:
    """A quote made plain, with what stands directly before and after it."""

    words: str
    before: str
    after: str


def quoted(text: str, start: int, end: int) -> Quoted:
    """A quote and its surroundings out of a document's text."""
    before = plain(text[max(0, start - _AROUND) : start])
    return Quoted(plain(text[start:end]), before, plain(text[end : end + _AROUND]))


def agreement_date(quotes: Sequence[Quoted], settle: Settle, effective: Day | None) -> Day | None:
    """The day the contract was made; where it is only said to be the day of effect, that day."""
    stated = [(quote, found) for quote in quotes for found in dates_in(quote.words)]
    if stated:
        return _chosen(stated, _was_made, settle)
    if any(OF_EFFECT.search(quote.words) for quote in quotes) and isinstance(effective, DateValue):
        return DateValue(effective.iso, "The contract is dated as of its Effective Date.")
    return None


def effective_date(quotes: Sequence[Quoted], settle: Settle, made: Day | None) -> Day | None:
    """The day from which the contract binds; where it is only said to be the contract's own date, that date."""
    stated = [
        (quote, found) for quote in quotes for found in dates_in(quote.words) if not _is_an_end(quote, found)
    ]
    if stated:
        return _chosen(stated, _takes_effect, settle)
    if any(OF_THE_AGREEMENT.search(quote.words) for quote in quotes) and isinstance(made, DateValue):
        return DateValue(made.iso, "It takes effect on the Agreement Date.")
    return None


def _is_an_end(quote: Quoted, found: FoundDate) -> bool:
    """Whether the words before a date, in a sentence, make it a last day."""
    if len(quote.words) <= SHORT:
        return False
    before = quote.words[max(0, found.start - 60) : found.start]
    starts, ends = ([*pattern.finditer(before)] for pattern in (_STARTS, _ENDS))
    if not ends:
        return False
    last = max(starts, key=lambda m: m.start(), default=None)
    near_on = last is not None and last[0].lower() == "on" and ends[-1].start() > last.start() - 20
    return last is None or ends[-1].start() > last.start() or near_on


def _takes_effect(quote: Quoted, found: FoundDate) -> bool:
    before = f"{quote.before} {quote.words[: found.start]}"[-_AROUND:]
    after = f"{quote.words[found.end :]} {quote.after}"[:_AROUND]
    return bool(_EFFECTIVE_BEFORE.search(before) or _EFFECTIVE_AFTER.search(after))


def _was_made(quote: Quoted, found: FoundDate) -> bool:
    before = f"{quote.before} {quote.words[: found.start]}"[-_AROUND:]
    return bool(_MADE_BEFORE.search(before))


def _chosen(
    stated: Sequence[tuple[Quoted, FoundDate]], fits: Callable[[Quoted, FoundDate], bool], settle: Settle
) -> Day:
    """The one date stated; of several, the one its surroundings mark, else a complete one over a partial one."""
    candidates = list(stated)
    for narrow in (lambda pair: pair[1].is_complete, lambda pair: fits(*pair)):
        if len({pair[1].iso for pair in candidates}) > 1:
            candidates = [pair for pair in candidates if narrow(pair)] or candidates
    values = list(dict.fromkeys(value_of_date(found, settle) for _, found in candidates))
    dates = {value.iso: value for value in values if isinstance(value, DateValue)}
    if len(dates) == 1:
        return next(iter(dates.values()))
    if not dates:
        return values[0]
    return AmbiguousValue(tuple(dates.values()), "The evidence names several dates.")
