"""Passages of a document that address a machine or tell its reader what to answer. Knows words, not models.

A document cannot act through its words (`engine/prompt.py`); this says where one tries to, so that a person sees it.
Every rule is bounded and begins with a rare word, so a text takes time in proportion to its length.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from .order_crowds import crowds
from .order_rules import RULES
from .order_traces import Needles, letters_beyond_ascii

_LOOKED_FOR = tuple((rule, anchor) for rule in RULES for anchor in rule.anchors)
_NEEDLES = Needles.of([anchor for _, anchor in _LOOKED_FOR])
MOST = 200  # passages of one text; a text with more is one great order
_FEW = 40  # kinds of letters beyond ASCII
_REACH = 240  # code points a passage may grow on either side, to whole sentences
_ENDS = re.compile(r"[.!?;]\s|\n\s*\n")
_BEGINS = re.compile(
    r"[.!?;]\s|\n\s*\n|\n(?!\s*[a-z])"
)  # a line that begins with a small letter goes on with the last
_TAGS = range(0xE0020, 0xE007F)  # letters that show nothing and that models read
_QUOTES = dict.fromkeys("\u201c\u201d\u201e\u201f", '"') | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
_LOOK_ALIKES = str.maketrans(  # Cyrillic, Greek and small capitals
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u0432\u043d\u043c\u0442\u043a"
    "\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5\u03c7\u03b5\u0131\u0261"
    "\u1d00\u1d07\u1d0f\u026a\u0280\ua731\u1d1b\u1d1c",
    "aeopcyxijshdbhmtk" + "aopviktuxeig" + "aeoirstu",
)


@dataclass(frozen=True, slots=True)
class Order:
    """A passage that addresses a machine: its range in code points, and what gave it away."""

    start: int
    end: int
    cue: str


# A run of single letters, and what is looked for in it once its gaps are closed.
_ALONE = tuple(f"{gap}{letter}{gap}" for gap in " .-_*" for letter in "nmgh")
_SPACED = re.compile(
    r"(?<!\S)(?:\S {1,4}){8,}\S(?!\S)|(?<![a-z])(?:[a-z][.\-_*\u00b7]{1,3}){8,}[a-z](?![a-z])"
)
_CLOSED = re.compile(
    r"(?:ignore|disregard|forget)(?:all|any|the|your)*(?:previous|prior|above|earlier"
    r"|instructions|prompt)|systemprompt|asanai|youareanai|languagemodel"
    r"|(?:answer|report|respond|reply|say)(?:with|that|it|is|as)*(?:notfound|noissues|nothing"
    r"|norisks?|nofindings)|noteto(?:the)?ai|newinstructions"
)


def orders_in(text: str, *, everywhere: bool = False) -> list[Order]:
    """The passages that address a machine, in order and apart, grown to whole sentences; at most MOST.

    `everywhere` looks for every rule without asking first what the text may hold: the same, and five times as slow.
    """
    folded, place = _fold(text)
    hits = sorted(_hits(folded, everywhere))[:MOST]
    return list(_merged(Order(*_sentence(text, place(start), place(end)), cue) for start, end, cue in hits))


def _merged(orders: Iterable[Order]) -> Iterator[Order]:
    """Orders that come by their start, those that overlap as one."""
    before: Order | None = None
    for each in orders:
        if before is not None and each.start <= before.end:
            before = Order(min(before.start, each.start), max(before.end, each.end), before.cue)
            continue
        if before is not None:
            yield before
        before = each
    if before is not None:
        yield before


def _hits(folded: str, everywhere: bool) -> Iterator[tuple[int, int, str]]:
    data = _encoded(folded)
    for number in range(len(_LOOKED_FOR)) if everywhere else _NEEDLES.there(data):
        rule, anchor = _LOOKED_FOR[number]
        yield from rule.find(folded, anchor)
    places = [(0, len(folded))] if everywhere else crowds(data)
    if places and any(letter in folded for letter in _ALONE):
        for start, end in places:
            yield from _set_apart(folded, start, end)


def _set_apart(folded: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    for run in _SPACED.finditer(folded, start, end):
        closed = re.sub("( +)", lambda gap: " " if len(gap[1]) > 1 else "", run.group())
        if _CLOSED.search(re.sub("[^a-z]", "", closed)) or any(
            next(rule.find(closed, anchor), None) for rule, anchor in _LOOKED_FOR
        ):
            yield run.start(), run.end(), "letters set apart"


def _fold(text: str) -> tuple[str, Callable[[int], int]]:
    """Lower case without disguises, and where each of its places lies in the text."""
    if text.isascii():
        return text.lower(), lambda at: at
    table = {letter: _folded(letter) for letter in letters_beyond_ascii(text)}
    if len(table) > _FEW:
        folded = text.translate({ord(letter): plain for letter, plain in table.items()})
    else:
        folded = text
        for letter, plain in table.items():  # three times quicker than a table, for a handful
            folded = folded.replace(letter, plain)
    folded = _encoded(folded).lower().decode("utf-8", "surrogatepass")  # the others are in lower case already
    if all(len(letters) == 1 for letters in table.values()):
        return folded, lambda at: at
    ends = _Lazily(text, table)
    return folded, ends.place


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class _Lazily:
    """Where the places of a folded text lie in the text; worked out when the first is asked for."""

    def __init__(self, text: str, table: dict[str, str]) -> None:
        self._text, self._table = text, table
        self._ends: list[int] = []

    def place(self, at: int) -> int:
        if not self._ends:
            self._ends = list(accumulate(len(self._table.get(letter, " ")) for letter in self._text))
        return min(bisect_right(self._ends, at), len(self._text))


def _folded(letter: str) -> str:
    """What a letter looks like in plain ones; nothing where it does not show."""
    if ord(letter) in _TAGS:
        return chr(ord(letter) - 0xE0000)
    if letter in _QUOTES:
        return _QUOTES[letter]
    if letter.isspace():
        return letter if letter in "\n\u2028\u2029" else " "
    if unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return ""
    plain = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if unicodedata.category(part) != "Mn"
    )
    return (plain or letter).lower().translate(_LOOK_ALIKES)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """A range grown to the sentence around it, within reach, and to one after it that says please."""
    first, last = _begin(text, start), _end(text, start, end)
    after = _fold(text[last : last + _REACH // 4])[0]
    if re.sub("[^a-z]", "", after).startswith("please"):
        last = _end(text, last + 1, last + 1)
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


def _begin(text: str, start: int) -> int:
    near = max(0, start - _REACH)
    breaks = [match.end() for match in _BEGINS.finditer(text, near, start + 1) if match.end() <= start]
    return breaks[-1] if breaks else (start if near else 0)


def _end(text: str, start: int, end: int) -> int:
    after = _ENDS.search(text, max(end - 1, start), min(len(text), end + _REACH))
    last = after.start() + 1 if after else (len(text) if end + _REACH >= len(text) else end)
    return max(last, end)
