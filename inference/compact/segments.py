"""Cuts a contract into sentences, headings and list items with exact offsets; knows characters, not meaning.

One pass over the text: only whitespace after punctuation, or with a line break in it, is ever looked at.
"""

import re
from dataclasses import dataclass

LONGEST = 3000  # characters; a longer run without any break is cut at a space, so that work stays bounded

# The look-behinds let a run of spaces be entered at its first character only: linear on any input.
_GAP = re.compile(r"(?<=[.;:!?\"”’')\]])(?<!\s)\s+|(?<!\s)[^\S\n]*\n\s*")
_ENUMERATOR = re.compile(
    r"(?:\(?(?:[a-zA-Z]|[ivxIVX]{1,5}|\d{1,2})\)|\d{1,2}(?:\.\d{1,3})+\.?\s|\d{1,2}\.\s"
    r"|[A-Z]\.\s|(?:ARTICLE|Article|SECTION|Section|EXHIBIT|Exhibit|SCHEDULE|Schedule)\s+[\dA-Z]|[•·▪●*-]\s)"
)
_CITED = ("Arti", "Sect", "Exhi", "Sche")
_LIST_LEAD = re.compile(r"(?:(?:and|or|and/or)\s+)?\(?(?:[a-zA-Z]|[ivxIVX]{1,5}|\d{1,2})\)\s")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:[A-Za-z]|Inc|Corp|Ltd|Co|No|Nos|Sec|Art|vs?|Mr|Mrs|Ms|Dr|St|Jr|Sr|Messrs|Hon|Prof"
    r"|etc|e\.g|i\.e|cf|al|approx|ext|Bros|Mfg|Assn|Dept|Ave|Blvd|Rd|Ste|Fl|Tel|Attn|Esq|Exh?|Para|Cl|Par"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|U\.S|U\.K|U\.S\.A|N\.A|L\.P|L\.L\.C|S\.A|N\.V|B\.V"
    r"|P\.O|D\.C|N\.Y|a\.m|p\.m|f/k/a|d/b/a|[ivx]+|\d{1,3}(?:\.\d{1,3})*)$"
)
_SPELLED = re.compile(
    r"(?:\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand)|teen|ty)\s*$",
    re.IGNORECASE,
)
_CLOSERS = "\"”’')]"


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence, heading or list item: `text[start:end]`, without space at either end."""

    start: int
    end: int
    paragraph: int  # counts blank-line breaks before it


def split(text: str) -> list[Segment]:
    """All segments of a text in order; together they cover every character that is not white space."""
    segments: list[Segment] = []
    start = len(text) - len(text.lstrip())
    paragraph = 0
    for gap in _GAP.finditer(text, start):
        at, after = gap.span()
        if after >= len(text):
            break
        kind = _break_kind(text, start, at, after, gap.group())
        if kind:
            _add(segments, text, start, at, paragraph)
            start = after
            paragraph += kind == 2
    _add(segments, text, start, len(text.rstrip()), paragraph)
    return segments


def _break_kind(text: str, start: int, at: int, after: int, gap: str) -> int:
    """0 for no break, 1 for a break inside a paragraph, 2 for a new paragraph."""
    lines = gap.count("\n")
    if lines >= 2:
        return 2 if not _runs_on(text, at, after) else 0
    if at <= start:
        return 0
    mark = _closing_mark(text, start, at)
    if mark in ".!?" and _starts_sentence(text, after) and not _is_abbreviation(text, start, at):
        return 1
    if mark in ";:" and _LIST_LEAD.match(text, after):
        return 1
    if lines and (_starts_item(text, after, mark) or _is_heading_line(text, start, at, after)):
        return 1
    return 0


def _starts_item(text: str, after: int, mark: str) -> bool:
    """A numbered line; "Section 2" counts after punctuation only and "(30)" not after "thirty": lines wrap there."""
    item = _ENUMERATOR.match(text, after)
    if item is None or (mark not in ".;:!?" and item.group()[:4] in _CITED):
        return False
    return not (item.group()[1:2].isdigit() and _SPELLED.search(text[max(0, after - 40) : after]))


def _closing_mark(text: str, start: int, at: int) -> str:
    """The punctuation that ends text[start:at], seen through closing quotes and brackets."""
    last = at - 1
    while last > start and last > at - 4 and text[last] in _CLOSERS:
        last -= 1
    return text[last]


def _runs_on(text: str, at: int, after: int) -> bool:
    """A blank line inside a sentence, as page breaks leave it: no full stop before, small letter after."""
    return text[at - 1] not in ".;:!?" and text[after].islower() and not _ENUMERATOR.match(text, after)


def _starts_sentence(text: str, after: int) -> bool:
    lead = text[after]
    return lead.isupper() or lead.isdigit() or lead in "\"“‘'([_$•*-"


def _is_abbreviation(text: str, start: int, at: int) -> bool:
    return text[at - 1] == "." and _ABBREVIATION.search(text[max(start, at - 14) : at - 1]) is not None


def _is_heading_line(text: str, start: int, at: int, after: int) -> bool:
    """A short line in capitals stands alone, before or after a line break."""
    line_start = text.rfind("\n", start, at) + 1 or start
    line = text[line_start:at] if at - line_start <= 90 else ""
    return bool(line) and line.isupper() and not text[after : after + 1].islower() and len(line) > 3


def _add(segments: list[Segment], text: str, start: int, end: int, paragraph: int) -> None:
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        segments.append(Segment(start, cut, paragraph))
        start = cut + (text[cut] == " ")
    if end > start:
        segments.append(Segment(start, end, paragraph))
