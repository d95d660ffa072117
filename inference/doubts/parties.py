"""The short names that an instrument's opening gives to its parties, and who goes by them. Knows one text's beginning."""

import re
from dataclasses import dataclass
from functools import lru_cache

OPENING = 4_000  # code points in which a document names its parties
_SHORT = re.compile(r"[\"“‘]\s*(?:the\s+)?(?P<short>[A-Z][\w&.\-]*(?: [A-Z][\w&.\-]*){0,3}),?\s*[\"”’]")
_LONG = re.compile(r"(?P<long>[A-Z][\w&.\-]*(?: (?:&|and|of|[A-Z][\w&.\-]*))*)[^\"“‘()A-Z]{0,60}\([^()\"“‘]{0,60}$")
_NO_PARTY = re.compile(
    r"(?:Agreement|Contract|Lease|Effective Date|Part(?:y|ies)|Term|Territory|Products?|Services|Deed|.* (?:Date|Agreement))$"
)
_MOST = 40  # short names of one opening


@dataclass(frozen=True)
class Parties:
    """`names` maps every way to name a party, in small letters, to its short name."""

    names: tuple[tuple[str, str], ...]

    def named(self, text: str) -> list[tuple[int, str]]:
        """Each party named in a text, with its place, in order of the text."""
        if not self.names:
            return []
        short = dict(self.names)
        return [(found.start(), short[found.group().lower()]) for found in _pattern(self).finditer(text)]

    @property
    def pattern(self) -> str:
        """A pattern of every name; matches nothing where there is none."""
        return "|".join(re.escape(name) for name, _ in self.names) or "(?!)"


@lru_cache(maxsize=256)
def _pattern(parties: Parties) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{parties.pattern})\b", re.IGNORECASE)


@lru_cache(maxsize=256)
def parties_of(opening: str) -> Parties:
    """Who the opening of an instrument gives a short name to."""
    names: dict[str, str] = {}
    for found in _SHORT.finditer(opening):
        short = found["short"]
        if _NO_PARTY.match(short) or len(names) >= _MOST:
            continue
        names[short.lower()] = short
        full = _LONG.search(opening[max(0, found.start() - 200) : found.start()])
        if full and len(full["long"]) > 3:
            names.setdefault(full["long"].lower(), short)
    return Parties(tuple(sorted(names.items(), key=lambda pair: -len(pair[0]))))
