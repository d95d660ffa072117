"""The law that governs: every place whose law the words choose, and no place they merely mention."""

import re
from collections.abc import Iterator, Sequence

from inference.types import JurisdictionValue, Place

from .places import ALIASES, COUNTRY_OF, NAMES, SPOKEN

_BY_KEY = {name.casefold(): ALIASES.get(name, name) for name in NAMES} | {
    spoken.casefold(): name for spoken, name in SPOKEN.items()
}
_NAME = "|".join(re.escape(name).replace(r"\ ", r"[ ]") for name in sorted(NAMES, key=len, reverse=True))
_END = r"(?![\w'])"
_KIND = (
    r"(?:(?:State|Commonwealth|Province|Republic|Kingdom|Federal Republic"
    r"|Special Administrative Region|Territory|country"
    r"|nation|jurisdiction|courts|states?) of (?:the )?)"
)
_LAW = r"(?:laws?|statutes|legislation|legal system|common law)"
_OF = r"(?:of|in|in force in|in effect in|prevailing in|applicable in|for|from)"
_CHOSEN = re.compile(
    rf"\b{_LAW}(?: and (?:regulations|decisions|statutes|jurisdiction|courts|rules))?,?"
    rf"(?: \([^()]{{0,160}}\))?(?:,? (?:other than|and not|but not|excluding"
    rf"|without regard to|without giving effect to|except)"
    rf" [^.;]{{0,120}}?,)?"
    rf" {_OF} (?:and {_OF} )?(?:the )?(?:internal |local |substantive )?(?:laws?"
    rf" of (?:the )?)?{_KIND}?(?P<name>{_NAME}){_END}",
    re.IGNORECASE,
)
_AND = re.compile(
    rf"^,? ?(?:and|or|/|,)(?:/or)? ?(?:(?:with |by |under )?(?:the )?(?:federal |applicable )?(?:laws?"
    rf" )?(?:of )?)?(?:the )?{_KIND}?(?P<name>{_NAME}){_END}(?! court)",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    rf"\b(?P<name>{_NAME}|{'|'.join(SPOKEN)})(?:'s?)?(?: state)?(?: (?:substantive|domestic|internal"
    rf"|contract|general|civil|commercial|obligations)){{0,2}} laws?\b",
    re.IGNORECASE,
)
_MENTIONED = re.compile(rf"\b(?P<name>{_NAME}){_END}", re.IGNORECASE)
_CONFLICTS = re.compile(
    r"\b(?:conflicts?|choice)(?: |-)of(?: |-)laws?\b(?:,? (?:or choice of law"
    r" )?(?:principles?|rules?|provisions?|doctrines?|statutes?))?"
    r"|\b(?:principles?|rules?|laws?) (?:of|as to|on|governing|regarding|relating to"
    r"|concerning) (?:the )?(?:conflicts?|choice) of laws?",
    re.IGNORECASE,
)
_THEREOF = re.compile(
    r"\blaws? (?:thereof|of (?:that|said|such|the said|the same) (?:state|country"
    r"|province))|\bsuch (?:state|country)'s laws?",
    re.IGNORECASE,
)
_GOVERNED = re.compile(
    r"\b(?:govern\w{0,4}|constru\w{1,4}|interpret\w{0,4}|enforc\w{1,4}|determin\w{1,4})\b", re.IGNORECASE
)
_AS_STATE = re.compile(
    rf"\b(?:State|Commonwealth|Province|Republic) of (?P<name>{_NAME}){_END}", re.IGNORECASE
)
_TWO_WORDS = re.compile(r"^ (?:Virginia|Carolina|Dakota|Mexico)\b", re.IGNORECASE)


def jurisdiction_value(quotes: Sequence[str]) -> JurisdictionValue | None:
    """The places whose law plain quotes choose; None where they choose none."""
    chosen: dict[str, None] = {}
    for quote in quotes:
        masked = _CONFLICTS.sub("conflicts", quote)
        for name in [*_chosen(masked)] or _of_that_state(masked):
            chosen.setdefault(name)
    places = _without_their_countries(list(chosen))
    return JurisdictionValue(tuple(places)) if places else None


def _chosen(quote: str) -> Iterator[str]:
    for match in _CHOSEN.finditer(quote):
        yield _canonical(match["name"])
        rest = quote[match.end() : match.end() + 90]
        for _ in range(4):
            another = _AND.match(rest)
            if another is None:
                break
            yield _canonical(another["name"])
            rest = rest[another.end() :]
    for match in _WHOSE.finditer(quote):
        before = quote[max(0, match.start() - 40) : match.start()]
        if not re.search(r"conflicts|without (?:regard|reference|giving effect) to ?$|non-?\(?$", before):
            yield _canonical(match["name"])


def _of_that_state(quote: str) -> list[str]:
    """The one place mentioned, where the words choose "the laws thereof" or govern by a state alone."""
    governs = _THEREOF.search(quote)
    pattern = _MENTIONED if governs else _AS_STATE
    if not governs and not (_GOVERNED.search(quote) and re.search(r"\blaws?\b", quote, re.IGNORECASE)):
        return []
    named = {_canonical(match["name"]) for match in pattern.finditer(quote)}
    return [named.pop()] if len(named) == 1 else []


def canonical_place(words: str) -> str | None:
    """The usual name of a place, or None for words that name none we know."""
    return _BY_KEY.get(" ".join(words.split()).casefold())


def _canonical(words: str) -> str:
    return _BY_KEY[" ".join(words.split()).casefold()]


def _without_their_countries(names: Sequence[str]) -> list[Place]:
    """A country that only stands beside one of its parts is not another law."""
    countries = {COUNTRY_OF[name] for name in names if name in COUNTRY_OF}
    return [Place(name, COUNTRY_OF.get(name, "")) for name in names if name not in countries]
