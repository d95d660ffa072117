"""The short names that an instrument's opening gives to its parties. Knows how one text begins."""

import re
from dataclasses import dataclass
from functools import cached_property

from .words import is_common

OPENING = 2_500  # code points in which a document names its parties
_OVER = re.compile(
    r"\b(?:WHEREAS|Whereas|RECITALS?|Recitals|BACKGROUND|NOW,? THEREFORE|DEFINITIONS|Definitions)\b"
)
_SHORT = re.compile(
    r"(?:\([^()\"“”‘’]{0,60}|\b(?:called|as)\s+)(?:the\s+)?[\"“‘]\s*(?:the\s+)?"
    r"(?P<short>[A-Z][\w&.\-]*(?: [A-Z][\w&.\-]*){0,3}),?\s*[\"”’]"
)
_LONG = re.compile(
    r"(?P<long>[A-Z][\w&.\-]+(?: (?:&|and|of|[A-Z][\w&.\-]*)){1,6})(?:,? (?:Inc|Ltd|LLC|Corp|LLP)\b\.?)?"
    r"(?:, an? [^,()\"“]{0,80})?,?\s*$"
)
_THING = re.compile(
    r"(?:.* )?(?:Agreement|Contract|Lease|Date|Part(?:y|ies)|Term|Territory|Products?|Services|Deed|Terms)$"
)
_MOST = 20  # short names of one opening


@dataclass(frozen=True)
class Parties:
    """Every way to name a party, in small letters, beside its short name; the longest first."""

    names: tuple[tuple[str, str], ...]

    def named(self, text: str) -> list[tuple[int, str]]:
        """Each party named in a text, with its place, in order of the text."""
        if not self.names:
            return []
        short = dict(self.names)
        return [(found.start(), short[found.group().lower()]) for found in self._written.finditer(text)]

    @cached_property
    def _written(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{self.pattern})(?!\w)", re.IGNORECASE)

    @property
    def pattern(self) -> str:
        """A pattern of every name; matches nothing where there is none."""
        return "|".join(re.escape(name) for name, _ in self.names) or "(?!)"


def parties_of(opening: str) -> Parties:
    """Who the opening of an instrument gives a short name to, up to its recitals."""
    over = _OVER.search(opening, 300)
    opening = opening[: over.start()] if over else opening
    names: dict[str, str] = {}
    for found in _SHORT.finditer(opening):
        short = found["short"]
        if _THING.match(short) or len(short) < 3 or is_common(short) or len(names) >= _MOST:
            continue
        names[short.lower()] = short
        full = _LONG.search(opening[max(0, found.start() - 200) : found.start()])
        if full:
            names.setdefault(full["long"].lower(), short)
    return Parties(tuple(sorted(names.items(), key=lambda pair: -len(pair[0]))))
