"""What a document calls itself, without the sentence or the exhibit number around it."""

import re
from collections.abc import Sequence

from inference.types import TextValue

LONGEST = 200
_EXHIBIT = re.compile(
    r"^(?:EX-?\d[\d.]{0,8}|(?:EXHIBIT|ANNEX|SCHEDULE|APPENDIX)[ -]{1,2}(?:\d[\d.()a-z-]{0,10}"
    r"|[A-Z]\b))[ :.-]{1,4}(?=\S)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=\S) (?:This|THIS) .*$|(?<=\S) \(? ?(?:the|this|hereinafter)?$", re.IGNORECASE)
_TAIL = re.compile(
    r"[ ,]{1,3}(?:by and between|between|among|dated|made|effective|is|\((?:the|this)?|d)$|[ ,.;:(\"]+$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:this|the) (?=\S)", re.IGNORECASE)


def title_value(quotes: Sequence[str]) -> TextValue | None:
    """The title that quotes (best first) hold; where that is one word, the title that another quote completes it to."""
    titles = [title for quote in quotes if 0 < len(title := _title(quote)) <= LONGEST]
    if not titles:
        return None
    best = titles[0]
    longer = [each for each in titles[1:] if " " not in best and best.casefold() in each.casefold()]
    return TextValue(min(longer, key=len, default=best))


def _title(quote: str) -> str:
    words = _EXHIBIT.sub("", " ".join(quote[: 2 * LONGEST].split()))
    words = _SENTENCE.sub("", words)
    words = _ARTICLE.sub("", _TAIL.sub("", _TAIL.sub("", words)))
    return words.strip(" \"“”'")
