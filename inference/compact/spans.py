"""Proposes answers smaller than a sentence: dates, names, titles and defined terms, with exact offsets.

Knows the look of words, not clause types; a linear model decides which proposals are answers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .segments import Segment

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_BLANK = r"(?:(?<!_)_{2,60}|\[[^\]\n]{0,12}\]|(?<!\.)\.{4,60})"  # bounded: a line of a form is long
_DAY = rf"(?:\d{{1,2}}(?:\s?(?:st|nd|rd|th|t h|s t|n d|r d))?|{_BLANK})"
_YEAR = rf"(?:\d{{4}}|(?:19|20)?\d{{0,2}}_{{1,9}}|{_BLANK})"
_DATE = re.compile(
    rf"(?:{_DAY}\s+day\s+of\s+(?:{_MONTH}|{_BLANK})(?:\s?,?\s*{_YEAR})?"
    rf"|{_DAY}\s*(?:of\s+)?{_MONTH}\s?,?\s+{_YEAR}"
    rf"|{_MONTH}\s*{_DAY}\s?,?\s*{_YEAR}|{_MONTH}\s+{_YEAR}|{_BLANK}\s?,\s*\d{{4}}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“]([^\"“”\n]{2,60})[\"”]")
_SUFFIX = (
    r"(?:,?\s{1,8}(?:Inc|INC|LLC|L\.L\.C|Ltd|LTD|L\.?P|LLP|Corp|CORP|Co|CO|S\.?A|N\.?A|N\.?V|B\.?V"
    r"|GmbH|AG|PLC|plc)\b\.?)"
)
_SPACE = r"(?:[^\S\n]{1,8}\n?[^\S\n]{0,8}|\n[^\S\n]{0,8})"  # a name may run on over one line break
_NAME = re.compile(
    rf"\b[A-Z0-9][\w&.'’/-]*(?:{_SPACE}(?:(?:of|for|the|de|&|in|on|to){_SPACE}){{0,2}}[A-Z0-9(&][\w&.'’/)-]*"
    rf"|{_SUFFIX})*"
)
_TITLE_END = re.compile(
    r"\b(?:AGREEMENT|CONTRACT|LEASE|LICEN[SC]E|ADDENDUM|AMENDMENT|PLAN|DEED|GUARANTY|NOTE|MEMORANDUM|LETTER"
    r"|TERMS|ORDER|POLICY|STATEMENT)\b",
    re.IGNORECASE,
)
_TITLE_WORD = re.compile(r"[A-Z(&\d][\w&.,'’/()-]*$|(?:of|for|and|the|to|in|on|by|with)$")
_MOST_WORDS_OF_A_TITLE = 14
_NEAR = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A possible answer inside one segment; `kind` is whole, date, name, quoted or title."""

    start: int
    end: int
    kind: str
    segment: int


def proposals(text: str, segment: Segment, number: int, kinds: frozenset[str]) -> list[Proposal]:
    """Every proposal of the wanted kinds in one segment, each span once, in the order of the text."""
    spans = {(segment.start, segment.end): "whole"} if "whole" in kinds else {}
    for kind, find in _FINDERS.items():
        if kind in kinds:
            for start, end in find(text, segment):
                start, end = _trim(text, start, end)
                if end > start:
                    spans.setdefault((start, end), kind)
    return [Proposal(start, end, kind, number) for (start, end), kind in sorted(spans.items())]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;:("):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:("):
        end -= 1
    return start, end


def _dates(text: str, segment: Segment) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _DATE.finditer(text, segment.start, segment.end))


def _quoted(text: str, segment: Segment) -> Iterator[tuple[int, int]]:
    return (match.span(1) for match in _QUOTED.finditer(text, segment.start, segment.end))


def _names(text: str, segment: Segment) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _NAME.finditer(text, segment.start, segment.end))


def _titles(text: str, segment: Segment) -> Iterator[tuple[int, int]]:
    """Runs of capitalized words that end in a word such as Agreement."""
    for match in _TITLE_END.finditer(text, segment.start, segment.end):
        if match.group()[0].islower():
            continue
        start = match.start()
        for _ in range(_MOST_WORDS_OF_A_TITLE):
            before = text[max(segment.start, start - 40) : start].rstrip()
            word = _TITLE_WORD.search(before.rsplit(None, 1)[-1]) if before else None
            if word is None or before.endswith((".", ":", ";", '"')) or word.group().upper() == "THIS":
                break
            start = max(segment.start, start - 40) + before.rfind(word.group())
        yield _without_lead(text, start, match.end())


def _without_lead(text: str, start: int, end: int) -> tuple[int, int]:
    """A title does not begin with a small joining word."""
    while match := re.match(r"(?:of|for|and|the|to|in|on|by|with|this|THIS|This)\s+", text[start:end]):
        start += match.end()
    return start, end


_FINDERS = {"date": _dates, "quoted": _quoted, "name": _names, "title": _titles}


def span_terms(text: str, segment: Segment, proposal: Proposal, ordinal: int) -> list[str]:
    """The terms a linear model weighs for one proposal: its own words, its neighbours, its place."""
    left = _NEAR.findall(text[max(segment.start, proposal.start - 48) : proposal.start].lower())[-3:]
    right = _NEAR.findall(text[proposal.end : min(segment.end, proposal.end + 48)].lower())[:3]
    own = _NEAR.findall(text[proposal.start : min(proposal.end, proposal.start + 400)].lower())
    left = ["^"] * (3 - len(left)) + [_plain(word) for word in left]
    right = [_plain(word) for word in right] + ["$"] * (3 - len(right))
    kind = proposal.kind
    return [
        f"k:{kind}",
        f"l1:{kind}:{left[2]}",
        f"l2:{kind}:{left[1]} {left[2]}",
        f"l3:{kind}:{left[0]} {left[1]} {left[2]}",
        f"r1:{kind}:{right[0]}",
        f"r2:{kind}:{right[0]} {right[1]}",
        f"r3:{kind}:{right[0]} {right[1]} {right[2]}",
        f"lr:{left[2]} {right[0]}",
        f"f:{kind}:{_plain(own[0])}",
        f"e:{kind}:{_plain(own[-1])}",
        f"e2:{kind}:{' '.join(map(_plain, own[-2:]))}",
        f"n:{kind}:{min(len(own), 12)}",
        f"o:{kind}:{min(ordinal, 6)}",
        f"s:{kind}:{proposal.segment.bit_length()}",
        *(f"w:{_plain(word)}" for word in own[:12]),
    ]


def _plain(word: str) -> str:
    return "0" * min(len(word), 5) if word[0].isdigit() else word[:24]
