"""Who is bound: names as the contract writes them, each with the short names the contract gives it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from inference.types import PartiesValue, Party

from .words import plain

MOST = 60  # quotes looked at
_GROUP = {"party", "parties", "the party", "the parties", "agreement", "the agreement"}
_OPENS = re.compile(
    r"""["“‘]\s{0,3}(?:the\s{1,3})?$|['’]{2}\s{0,2}$|\(\s{0,3}(?:the\s{1,3})?$""", re.IGNORECASE
)
_SAYS = re.compile(
    r"(?:hereinafter|hereafter|herein|collectively|referred to|called|known as|individually|together)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_FORMERLY = re.compile(
    r"\b(?:d/b/a|f/k/a|a/k/a|doing business as|formerly|also) (?:known as )?$", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“](?P<term>[^\"“”()]{1,60}?),?[\"”]")
_AFTER_A_NAME = 420  # code points after a name in which its short names stand
_TERM_BRACKET = re.compile(r"\((?P<inside>[^()]{1,160})\)")
_EDGES = " \t\n,;:.\"“”'‘’()[]-"


@dataclass
class _Named:
    name: str
    start: int
    end: int
    terms: list[str] = field(default_factory=list)


def parties_value(text: str, spans: Sequence[tuple[int, int]]) -> PartiesValue | None:
    """The parties that the quotes at these places name; None where they name nobody."""
    places = sorted(set(spans))[:MOST]
    names: list[_Named] = []
    terms: list[tuple[int, str]] = []
    for start, end in places:
        words = text[start:end][:300]
        if _is_a_term(text, start, end):
            terms += [(start, term) for term in _terms_of(words)]
        else:
            names += _names_of(words, start)
    own = _without_copies(names, [term for _, term in terms])
    for place, term in terms:
        _give(own, place, term, text)
    for number, each in enumerate(own):
        limit = own[number + 1].start if number + 1 < len(own) else len(text)
        _read_on(each, text[each.end : min(limit, each.end + _AFTER_A_NAME)], own)
    made = tuple(Party(each.name, tuple(each.terms)) for each in own)
    return PartiesValue(made) if made else None


def _is_a_term(text: str, start: int, end: int) -> bool:
    words, before, after = text[start:end], text[max(0, start - 90) : start], text[end : end + 3]
    if re.search(r"[\"“”]", words) or words.lstrip().startswith(("(", "''")):
        return True
    tail = " ".join(before.split())
    if _FORMERLY.search(tail + " "):
        return False
    is_quoted = bool(_OPENS.search(before)) and bool(re.match(r"\s?[\"”'’),]", after) or words.endswith(","))
    return is_quoted or bool(
        re.match(r"(?:the|each|individually|collectively|hereinafter)\b", words.strip(), re.I)
    )


def _terms_of(words: str) -> list[str]:
    """The short names in a quote: what stands in quotation marks, else all of it."""
    found = [match["term"] for match in _QUOTED.finditer(words)]
    if not found:
        found = [words]
    cleaned = (
        _trimmed(re.sub(r"^(?:the|hereinafter|hereafter) ", "", plain(each).strip(_EDGES), flags=re.I))
        for each in found
    )
    return [each for each in cleaned if each and len(each) <= 60 and each.lower() not in _GROUP]


def _trimmed(words: str) -> str:
    return words.strip(_EDGES)


def _names_of(words: str, start: int) -> list[_Named]:
    """The name in a quote, without a comma that belongs to the sentence."""
    name = plain(words).strip(' ,;:"()[]-*_')
    if name.endswith(".") and not re.search(r"(?:\b[A-Za-z]{1,5}|\.[A-Za-z])\.$", name):
        name = name.rstrip(".")
    name = re.sub(r"\.{2,}$", ".", name)
    sentence = len(name) > 150 or re.search(r"\breferred to\b|\bmeans\b|\beach (?:of|a)\b", name)
    if not re.search(r"[^\W\d_]", name) or sentence or name.lower() in _GROUP:
        return []
    return [_Named(name, start, start + len(words))]


def key_of(name: str) -> str:
    """A name for comparing: no case, no marks, one form for every legal suffix, no article."""
    words = re.sub(
        r"[^\w&]+", " ", name.replace("'", "").replace("’", "").replace(".", "").casefold()
    ).split()
    words = [_SAME.get(word, word) for word in words if word not in ("the", "a", "an")]
    return " ".join(words)


_SAME = {
    "incorporated": "inc",
    "corporation": "corp",
    "company": "co",
    "limited": "ltd",
    "&": "and",
}


def _without_copies(names: Sequence[_Named], terms: Sequence[str]) -> list[_Named]:
    """Each party once; a short form of a longer name is one of its short names."""
    kept: list[_Named] = []
    for each in sorted(names, key=lambda n: (-len(n.name), n.start)):
        key = key_of(each.name)
        same = next((other for other in kept if key_of(other.name) == key), None)
        longer = same or next((other for other in kept if _is_short_for(key, key_of(other.name))), None)
        if longer is None:
            kept.append(each)
        elif same is None and each.name not in longer.terms:
            longer.terms.append(each.name)
        else:
            longer.start, longer.end = min((longer.start, longer.end), (each.start, each.end))
    known = {term.casefold() for term in terms}
    alone = [each for each in kept if each.name.casefold() not in known or each.terms]
    return sorted(alone or kept, key=lambda each: each.start)


def _is_short_for(short: str, name: str) -> bool:
    """Whether one key is the beginning of the other, or its initials."""
    words = name.split()
    return name.startswith(short + " ") or (len(short) > 1 and short == "".join(word[0] for word in words))


def _give(names: Sequence[_Named], place: int, term: str, text: str) -> None:
    """A short name belongs to the nearest name before it."""
    earlier = [each for each in names if each.start < place]
    if not earlier:
        return
    if _is_for_all(text[max(0, place - 70) : place]):
        return
    owner = earlier[-1]
    if term.casefold() != owner.name.casefold() and term.casefold() not in {
        t.casefold() for t in owner.terms
    }:
        owner.terms.append(term)


def _is_for_all(before: str) -> bool:
    return bool(
        re.search(
            r"\b(?:collectively|together|jointly|each and both)\b[^.;]{0,50}$", " ".join(before.split()), re.I
        )
    )


def _read_on(party: _Named, after: str, names: Sequence[_Named]) -> None:
    """Short names in brackets directly after a name, also where no quote holds them."""
    taken = {term.casefold() for each in names for term in each.terms}
    for bracket in _TERM_BRACKET.finditer(after):
        inside = bracket["inside"]
        if _is_for_all(inside) or re.search(r"\beach\b", inside, re.IGNORECASE):
            continue
        for term in _terms_of(inside) if _QUOTED.search(inside) else []:
            if term.casefold() not in taken and term.casefold() != party.name.casefold():
                party.terms.append(term)
                taken.add(term.casefold())
