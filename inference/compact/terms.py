"""Turns segments into the terms a linear model weighs: words, word pairs, heading words, place and shape.

Knows strings, not weights. A term is a short string: `word`, `word word`, `h:word`, `@place`, `#shape`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .segments import Segment

_WORD = re.compile(r"[A-Za-z]+|\d+|[$%£€_]+")
_LONGEST_WORD = 24
_HEADING_CHARACTERS = 90
_HEADING_REACH = 25  # segments below a heading that still count as under it

Terms = list[str]


def words(text: str) -> list[str]:
    """Small letters; a number keeps only its length, so that all years, amounts and days look alike."""
    return [_word(token) for token in _WORD.findall(text)]


def _word(token: str) -> str:
    lead = token[0]
    if lead.isdigit():
        return "0" * min(len(token), 5)
    return lead if lead in "$%£€_" else token[:_LONGEST_WORD].lower()


def segment_terms(text: str, segments: Sequence[Segment]) -> Iterator[Terms]:
    """The terms of each segment, without repetition inside one segment, in the order of the text."""
    heading: list[str] = []
    age = 0
    count = len(segments)
    for number, segment in enumerate(segments):
        quote = text[segment.start : segment.end]
        own = words(quote)
        terms = dict.fromkeys(own)
        terms.update(dict.fromkeys(map(" ".join, pairwise(own))))
        age += 1
        if heading and age <= _HEADING_REACH:
            terms.update(dict.fromkeys(heading))
        terms.update(dict.fromkeys(_place(number, count)))
        terms.update(dict.fromkeys(_shape(quote, own)))
        if is_heading(quote, own):
            heading, age = ["h:" + word for word in own[:12]], 0
        yield list(terms)


def is_heading(quote: str, own: list[str]) -> bool:
    if len(quote) > _HEADING_CHARACTERS or not own or quote[-1] in ",;":
        return False
    letters = [token for token in _WORD.findall(quote) if token[0].isalpha() and len(token) > 3]
    return bool(letters) and sum(token[0].isupper() for token in letters) >= 0.7 * len(letters)


def _place(number: int, count: int) -> list[str]:
    """Steps that double from either end, since titles and signatures sit there."""
    return [
        f"@s{number if number < 4 else (number + 1).bit_length() + 2}",
        f"@e{(count - number).bit_length()}",
        f"@r{10 * number // max(count, 1)}",
    ]


def _shape(quote: str, own: list[str]) -> list[str]:
    shape = [f"#n{len(own).bit_length()}", f"#a{quote[0] if not quote[0].isalnum() else 'x'}"]
    if quote.isupper():
        shape.append("#caps")
    if '"' in quote or "“" in quote:
        shape.append("#quoted")
    shape.append(f"#z{quote[-1] if not quote[-1].isalnum() else 'x'}")
    return shape
