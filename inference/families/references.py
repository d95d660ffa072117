"""The agreements that an opening names, with the dates it gives them. Knows one flat text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inference.answers.dates import FoundDate

_NOUN = re.compile(
    r"\b(?:agreement|lease|contract|deed|licen[cs]e|indenture|statement of work(?: no\.? ?\d{1,3})?)\b",
    re.IGNORECASE,
)
_BACK, _AHEAD = 120, 220  # code points before and after a noun that belong to its title, and to its date
_LONGEST = 9  # words of a title
_ENDING = (
    "the that this a an such certain said their its to under by into of between among with in is are dated "
    "entered amend amends amending amendment parties party pursuant each existing original initial"
)
_ENDS = frozenset(_ENDING.split())
_NOUNS = frozenset({"agreement", "contract", "lease", "deed"})  # two of them in a row are two titles
_JOINS = frozenset({"and", "for", "&", "of"})
_DATED = re.compile(
    r"\b(?:dated|date|as of|made|entered|executed|effective|signed)\b|^[\s,(\"“”]{0,4}$", re.IGNORECASE
)
_OWN_DATE = re.compile(r"^[\"”]?(?:,|\s?\((?:this|the [\"“]amendment)|\s(?:is|was|\(?this)\b)", re.IGNORECASE)
_NEXT = re.compile(
    r"[a-z)]\. [A-Z]|;|\bthis (?:\w+ ){0,2}(?:amendment|supplement|statement|addendum)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Named:
    """An agreement named in a text: the words of its title, its ISO date or "", and where its name begins and ends."""

    title: tuple[str, ...]
    date: str
    start: int
    end: int


def named_in(flat: str, dates: Sequence[FoundDate]) -> Iterator[Named]:
    """Each agreement that a flat text names, in order; `dates` are those of the text."""
    for noun in _NOUN.finditer(flat):
        start, title = _title(flat, noun)
        yield Named(title, _date(flat, noun.end(), dates), start, noun.end())


def title_of(words: str) -> tuple[str, ...]:
    """A title for comparing: small letters, no marks."""
    return tuple(re.sub(r"[^\w&]+", " ", words.replace("’", "").replace("'", "").casefold()).split())


def _title(flat: str, noun: re.Match[str]) -> tuple[int, tuple[str, ...]]:
    """A noun with the words before it that are of its title: capitals before a capital, else until a small word."""
    before = [*re.finditer(r"\S+", flat[max(0, noun.start() - _BACK) : noun.start()])]
    offset, start = max(0, noun.start() - _BACK), noun.start()
    for word in reversed(before[-_LONGEST:]):
        bare = word.group().strip(",()\"“”'*-").casefold()
        small = word.group()[0].islower()
        if (
            word.group()[-1] in '.;:)"”'
            or (bare in _ENDS and bare not in _JOINS)
            or bare in _NOUNS
            or not bare
        ):
            break
        if small and noun.group()[0].isupper() and bare not in _JOINS:
            break
        start = offset + word.start()
    words = title_of(flat[start : noun.end()])
    while len(words) > 1 and words[0] in _JOINS:
        words = words[1:]
    return start, words


def _date(flat: str, end: int, dates: Sequence[FoundDate]) -> str:
    if _OWN_DATE.match(flat[end : end + 40]):
        return ""
    for each in dates:
        if each.start >= end:
            between = flat[end : each.start]
            is_its = len(between) <= _AHEAD and _DATED.search(between) and not _NEXT.search(between)
            return each.iso if is_its else ""
    return ""
