"""Who is bound: names as the contract writes them, each with the short names the contract gives it.

A quote is a short name where the contract defines it as one, in quotation marks behind a name, wherever it does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inference.types import PartiesValue, Party

from .words import plain

MOST = 60  # quotes looked at
_LONGEST_NAME = 160
_LONGEST_SENTENCE = 3000
_BACK = 700  # code points before a short name in which its owner stands
_AHEAD = 420  # code points after a name in which its short names stand
_BESIDE = 1500  # code points around a list of parties in which another one may stand
_PLACES = 12  # places of one short name that are looked at
_FORM = re.compile(
    r"\b(?:Inc|Incorporated|Corp|Corporation|Co|Company|Ltd|Limited|L\.?L\.?C"
    r"|L\.?L?\.?P|PLC|plc|GmbH|A\.?G|S\.?A|N\.?V|B\.?V"
    r"|S\.?A\.?S|K\.?G|S\.?p\.?A|S\.?r\.?l|Pte|Pty|N\.?A|Bank|Trust|Fund"
    r"|University|Institute|Association|Partnership)\b\.?$",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:Inc|Corp|Ltd|Limited|Corporation|Incorporated|Company|L\.?L\.?C"
    r"|L\.?P|PLC|GmbH|S\.?A|N\.?V|B\.?V)\b\.?$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:the )?(?:sub-?|co-?|master |seller |marketing |sales |service |servicing |placement |independent )?"
    r"(?:company|corporation|employer|employee|executive|consultant|contractor"
    r"|subcontractor|client|customer|vendor|supplier"
    r"|manufacturer|distributor|reseller|dealer|agent|affiliate|franchisor"
    r"|franchisee|licensor|licensee|developer|provider"
    r"|purchaser|buyer|seller|lender|borrower|landlord|tenant|lessor|lessee"
    r"|owner|operator|manager|sponsor|promoter|publisher"
    r"|shipper|carrier|transporter|trustee|bank|fund|adviser|advisor|talent"
    r"|artist|party [a-d1-4]|first party|second party|we"
    r"|us|our|you|your|network|member|investor|shareholder|guarantor|issuer"
    r"|servicer|administrator|principal|host|user)s?$",
    re.IGNORECASE,
)
_GROUP = frozenset({"party", "parties", "agreement", "each", "both", "together", "collectively"})
_OTHER_NAME = re.compile(
    r"\b(?:d/b/a|f/k/a|a/k/a|doing business as|(?:also|formerly|previously) known as|formerly)\b",
    re.IGNORECASE,
)
_ALSO = re.compile(_OTHER_NAME.pattern + r"\s{0,3}$", re.IGNORECASE)
_LABELLED = re.compile(
    r"^(?P<label>(?:Party [A-D1-4]|Licensor|Licensee|Seller|Buyer|Purchaser"
    r"|Supplier|Customer|Client|Company|Distributor"
    r"|Lessor|Lessee|Owner|Contractor|Franchisor|Franchisee)(?: ?\([^()]{1,30}\))?) ?: ?(?P<name>.+)$",
    re.IGNORECASE,
)
_WITH_TERMS = re.compile(r"^(?P<name>[^\"()]{3,120}?),? ?\((?P<terms>[^()]{0,120}\"[^()]{1,120})\)?$")
_WITH_A_ROLE = re.compile(r"^(?P<name>[^()]{3,120}?),? ?\((?:the )?(?P<term>[A-Z][A-Za-z&-]{1,24})\)$")
_QUOTED = re.compile(r"[\"“”](?P<term>[^\"“”()]{1,60}?),?[\"“”]")
_BRACKET = re.compile(r"\((?P<inside>[^()]{1,160})\)")
_DEFINES = re.compile(r"[\"“‘']{1,2}\s{0,2}(?:the\s{1,2})?$|\(\s{0,2}(?:the\s{1,2})?$", re.IGNORECASE)
_FOR_ALL = re.compile(
    r"\b(?:collectively|together|jointly|each (?:and both )?of|individually|both of)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\breferred to\b|\bmeans?\b|\beach (?:of|a)\b|\bcollectively\b|\bshall\b", re.IGNORECASE
)
_ANOTHER_SENTENCE = re.compile(r"[.;:]\s{1,4}[A-Z]|\n\s{0,20}\n|\b(?:shares?|means?|where|certain|whereas)\b")
_NOT_A_NAME = re.compile(
    r":|\b(?:attn|attention|e-?mail|facsimile|telephone|whereas|agreement"
    r"|exhibit|pursuant|hereby|dated?|street|avenue|suite"
    r"|boulevard|contract|amendment|article|section|if to|signed|attorney-in-fact|recitals|chief"
    r"|both|on behalf|is|are|was|has|have|shall|will|desires?|between|among)\b|\d\.\d"
    r"|\b\d{1,2}\. |@|/s/|(?<=\w )\d{3,5} [A-Z]\w|, \d",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:between|among|amongst)\b(?: and among\b)?[\s:]*(?:\(?[1iA]\)\s*)?", re.IGNORECASE
)
_OF_NO_PARTY = re.compile(
    r"\b(?:date|agreement|contract|amendment|term|deed|lease|parties|party)\b", re.IGNORECASE
)
_DESCRIBED = re.compile(
    r",? (?:an?|the|with|having|located|whose|organi[sz]ed|existing|incorporated"
    r"|acting|on behalf|individually|residing|which"
    r"|doing business|d/b/a|f/k/a|a/k/a|formerly|also known|company number"
    r"|registered|as|at|for itself|solely|under|together"
    r"|hereinafter|hereafter|referred|and its)\b|,? ?\(|,? of \d|, (?:[A-Z][\w ]{2,30}"
    r" (?:corporation|company|partnership)|\d)",
)
_EDGES = " \t\n,;:.\"“”'‘’()[]-*_"


@dataclass
class _Named:
    name: str
    place: int
    terms: list[str] = field(default_factory=list)

    def add(self, term: str) -> None:
        known = {self.name.casefold(), *(each.casefold() for each in self.terms)}
        if term.casefold() not in known:
            self.terms.append(term)


def parties_value(text: str, spans: Sequence[tuple[int, int]]) -> PartiesValue | None:
    """The parties that the quotes at these places name; None where they name nobody."""
    names: list[_Named] = []
    listed: list[_Named] = []
    terms: list[str] = []
    for start, end in sorted(set(spans))[:MOST]:
        words = text[start:end]
        if len(words) > 60 and _BETWEEN.search(words[:_LONGEST_SENTENCE]):
            listed += _in_a_preamble(words[:_LONGEST_SENTENCE], start)
            continue
        words = words[: 2 * _LONGEST_NAME]
        if _is_a_definition(words) and not _WITH_TERMS.match(_name(words)):
            terms += _terms_of(words)
        else:
            _take(words, text[max(0, start - 30) : start], start, names)
    named = _without_short_forms([*listed, *_beside(listed, names)], text, terms)
    for term in dict.fromkeys(terms) if named else ():
        _give(term, named, text)
    for each in named:
        _read_on(each, named, text)
    made = tuple(Party(each.name, tuple(each.terms)) for each in sorted(named, key=lambda n: n.place))
    return PartiesValue(made) if made else None


def _is_a_definition(words: str) -> bool:
    """Whether a quote holds a short name in its marks, or says how several are called together."""
    if _SENTENCE.search(words) or words.lstrip().startswith(("(", "''", '"', "“")):
        return True
    return bool(
        re.match(r"(?:the|also|each|hereinafter|hereafter)\b[^\"“]{0,30}[\"“]", words.strip(), re.IGNORECASE)
    ) or (bool(re.search(r"[\"“”]", words)) and not _FORM.search(plain(words).strip(_EDGES)))


def _terms_of(words: str) -> list[str]:
    """The short names in a quote: what stands in quotation marks, else all of a short one."""
    found = [match["term"] for match in _QUOTED.finditer(words)]
    if not found and len(words) <= 60 and not _SENTENCE.search(words):
        found = [words]
    cleaned = (
        re.sub(r"^(?:the|hereinafter|hereafter) ", "", plain(each).strip(_EDGES), flags=re.I)
        for each in found
    )
    return [each for each in cleaned if re.search(r"[^\W_]", each) and each.casefold() not in _GROUP]


def _take(words: str, before: str, place: int, names: list[_Named]) -> None:
    """Keep a name; one that only says what a party is also called belongs to the name before it."""
    name = _name(words)
    labelled, with_terms = _LABELLED.match(name), _WITH_TERMS.match(name)
    if with_terms and not _OTHER_NAME.match(name) and _is_like_a_name(with_terms["name"]):
        names.append(_Named(_name(with_terms["name"]), place, _terms_of(with_terms["terms"])))
    elif (role := _WITH_A_ROLE.match(name)) and (role["term"].isupper() or _ROLE.match(role["term"])):
        names.append(_Named(_name(role["name"]), place, [role["term"]]))
    elif labelled and _is_like_a_name(labelled["name"]):
        names.append(_Named(_name(labelled["name"]), place, [labelled["label"]]))
    elif names and len(name) <= _LONGEST_NAME and _OTHER_NAME.match(name):
        names[-1].add(name)
    elif not _is_like_a_name(name):
        return
    elif names and _ALSO.search(before):
        names[-1].add(name)
    else:
        names.append(_Named(name, place))


def _is_like_a_name(words: str) -> bool:
    is_short = len(words) <= _LONGEST_NAME and len(words.split()) <= 16
    is_named = bool(re.search(r"[^\W\d_]", words)) and words.casefold() not in _GROUP
    return is_short and is_named and not _NOT_A_NAME.search(words)


def _in_a_preamble(words: str, place: int) -> Iterator[_Named]:
    """The parties that a sentence names one after the other, each before the short name it defines."""
    begins = _BETWEEN.search(words)
    if begins is None:
        return
    end = begins.end()
    for bracket in _BRACKET.finditer(words, begins.end()):
        inside = bracket["inside"]
        terms = [] if _FOR_ALL.search(" ".join(inside.split())) else _terms_of(inside)
        if terms and not _OF_NO_PARTY.search(" ".join(terms)) and _QUOTED.search(inside):
            segment = re.sub(
                r"^[\s,;]*(?:(?:and|by|between|among)\b[\s,]*|\(?\d\)[\s,]*){0,3}",
                "",
                words[end : bracket.start()],
            )
            name = _name(_DESCRIBED.split(plain(segment), maxsplit=1)[0])
            if (
                _is_like_a_name(name)
                and re.match(r"[A-Z0-9\[]|[a-z]{1,3}[.-]", name)
                and not _ROLE.match(name)
            ):
                yield _Named(name, place + max(0, words.find(segment[:20], end)), terms)
        end = bracket.end()


def _beside(listed: Sequence[_Named], names: Sequence[_Named]) -> list[_Named]:
    """The names of other quotes; where a sentence lists the parties, only those named in it or directly beside it."""
    if len(listed) < 2:
        return list(names)
    known = {key_of(each.name) for each in listed}
    last = max(each.place for each in listed)
    near = [each for each in names if abs(each.place - last) < _BESIDE and _COMPANY.search(each.name)]
    return [each for each in names if key_of(each.name) in known or each in near]


def _name(words: str) -> str:
    """A name without marks that belong to the sentence around it."""
    name = plain(words).strip(' ,;:"[]-*')
    if name.endswith(")") and name.count("(") < name.count(")"):
        name = name[:-1].rstrip(" ,")
    if name.count("(") > name.count(")"):
        name = name[1:].lstrip() if name.startswith("(") else name[: name.rindex("(")].rstrip(" ,")
    name = re.sub(r"^and (?=[A-Z])", "", name, flags=re.IGNORECASE)
    name = re.sub(r"\.{2,}$", ".", name).removesuffix("'s")
    name = re.sub(r"^(?:19|20)\d\d (?=[A-Z])", "", name)
    name = re.sub(
        r",? an? (?:[A-Z][\w.]{1,20} ){1,3}(?:corporation|company|limited|partnership).*$", "", name
    )
    if name.endswith(".") and not re.search(r"(?:\b[A-Za-z]{1,6}|\.[A-Za-z])\.$", name):
        name = name[:-1]
    return name


def key_of(name: str) -> str:
    """A name for comparing: no case, no marks, one form for every legal suffix, no article."""
    words = re.sub(r"[^\w&]+", " ", re.sub(r"[.'’]", "", name).casefold()).split()
    return " ".join(_SAME.get(word, word) for word in words if word not in ("the", "a", "an"))


_SAME = {"incorporated": "inc", "corporation": "corp", "company": "co", "limited": "ltd", "&": "and"}


def _without_short_forms(names: Sequence[_Named], text: str, terms: list[str]) -> list[_Named]:
    """Each party once; what is defined as a short name, or is a part of a longer name, is not a party."""
    kept: list[_Named] = []
    names = _without_addresses(names)
    for each in sorted(names, key=lambda n: (bool(_ROLE.match(n.name)), -len(key_of(n.name)), n.place)):
        key = key_of(each.name)
        same = next((other for other in kept if key_of(other.name) == key), None)
        if same is not None:
            same.place = min(same.place, each.place)
            for term in each.terms:
                same.add(term)
        elif kept and _is_a_short_form(each, key, kept, text):
            terms.append(each.name)
        else:
            kept.append(each)
    return kept


def _without_addresses(names: Sequence[_Named]) -> list[_Named]:
    """Without what holds another of the names and is no name itself: an address, a line of a title, two names."""
    whole = [f" {key_of(each.name)} " for each in names if _COMPANY.search(each.name)]

    def holds_another(each: _Named) -> bool:
        key = f" {key_of(each.name)} "
        inner = [other for other in whole if other != key and other in key]
        is_one = bool(_FORM.search(each.name)) and not any(
            re.search(rf" and{re.escape(o)}", key) for o in inner
        )
        return bool(inner) and not is_one

    return [each for each in names if not holds_another(each)]


def _is_a_short_form(each: _Named, key: str, longer: Sequence[_Named], text: str) -> bool:
    if _ROLE.match(each.name):
        return True
    has_form = bool(_FORM.search(each.name)) and " " in each.name
    for other in (key_of(other.name) for other in longer):
        if not has_form and (f" {key} " in f" {other} " or key == "".join(word[0] for word in other.split())):
            return True
    if _is_defined_itself(each, text):
        return False
    places = _definitions(each.name, text)
    return any(not has_form or re.search(r"\(|\bthe\b", text[max(0, p - 8) : p]) for p in places)


def _is_defined_itself(each: _Named, text: str) -> bool:
    """Whether a name of several words is directly followed by a short name for it."""
    after = text[each.place + len(each.name) : each.place + len(each.name) + 24]
    return " " in each.name and bool(re.match(r"[\s,.]{0,4}\(\s{0,2}(?:the\s{1,2})?[\"“]", after))


def _definitions(term: str, text: str) -> Iterator[int]:
    """Where the text puts these words in quotation marks or alone in brackets, as a short name."""
    start = 0
    for _ in range(_PLACES * 4):
        start = text.find(term, start)
        if start < 0:
            return
        before, after = text[max(0, start - 8) : start], text[start + len(term) : start + len(term) + 3]
        if _DEFINES.search(before) and re.match(r"[,.]?\s?[\"”’')]", after):
            yield start
        start += len(term)


def _give(term: str, names: Sequence[_Named], text: str) -> None:
    """A short name belongs to the name that stands nearest before its definition, unless it is for several."""
    for place in _definitions(term, text):
        before = text[max(0, place - _BACK) : place]
        if _FOR_ALL.search(" ".join(before[-90:].split())):
            return
        ends = [(_last(each.name, before), len(each.name), each) for each in names]
        at, _, owner = max(ends, key=lambda each: each[:2])
        if at >= 0:
            owner.add(term)
            return
    if (labelled := _labelled(term, names, text)) is not None:
        labelled.add(term)
        return
    key = key_of(term)
    if key and not _ROLE.match(term):
        owners = [each for each in names if f" {key} " in f" {key_of(each.name)} "]
        if len(owners) == 1:
            owners[0].add(term)


def _last(name: str, before: str) -> int:
    """Where a name last ends in the words before, line breaks and case aside; -1 for nowhere."""
    flat, wanted = " ".join(before.split()).casefold(), name.casefold().rstrip(".,")
    place = flat.rfind(wanted)
    return place + len(wanted) if place >= 0 else -1


def _labelled(term: str, names: Sequence[_Named], text: str) -> _Named | None:
    """The name that follows a short name and a colon, as in a list of parties."""
    start = 0
    for _ in range(_PLACES):
        start = text.find(term, start)
        if start < 0:
            return None
        start += len(term)
        after = " ".join(text[start : start + 200].split())
        if after[:2].lstrip().startswith((":", "：")):
            rest = after.lstrip(" :：").casefold()
            for each in names:
                if rest.startswith(each.name.casefold().rstrip(".,")):
                    return each
    return None


def _read_on(party: _Named, names: Sequence[_Named], text: str) -> None:
    """Short names in brackets directly after a name, also where no quote holds them."""
    end = party.place + len(party.name)
    nearest = min((each.place for each in names if each.place > party.place), default=len(text))
    taken = {term.casefold() for each in names if each is not party for term in each.terms}
    for bracket in _BRACKET.finditer(text[end : min(nearest, end + _AHEAD)]):
        inside = bracket["inside"]
        if _ANOTHER_SENTENCE.search(text[end : end + bracket.start()]):
            return
        found = _terms_of(inside)
        if _FOR_ALL.search(" ".join(inside.split())) or not _QUOTED.search(inside):
            continue
        if party.terms and not {each.casefold() for each in found} & {t.casefold() for t in party.terms}:
            return
        for term in found:
            if term.casefold() not in taken and not re.search(
                r"\b(?:date|agreement|products?|services)\b", term, re.I
            ):
                party.add(term)
        return
