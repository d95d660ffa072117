"""What the opening of a document says it is: an instrument of its own, or one that hangs on another. Knows one text."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

from inference.answers.dates import FoundDate, dates_in
from inference.answers.parties import key_of, parties_value
from inference.answers.words import ordinal
from inference.doubts.changes import names_of

from .references import Named, named_in, title_of

OPENING = 24_000  # code points looked at, a list of contents among them
_WITHOUT_CONTENTS = 6_000  # code points of it that are described
_LEADER = re.compile(
    r"[._](?:(?<=\.)(?: ?\.){5,} ?|(?<=_)_{5,})"
)  # begins with a set, which is quick to look for
_LINE = 200  # code points of a line of contents
_PREAMBLE, _HEADING = 2_600, 900  # code points of the flat opening that say what it is, and how it is headed
_MOST = 6  # titles, dates and agreements kept
_NUMBERED = r"(?:[\s,]{1,2}(?:No\.?|Number|Nr\.?|n°|N°|#)?\s?(?P<number>\d{1,3}|[IVX]{1,5})\b)?"
_FIRST = r"(?:(?P<ordinal>[A-Za-z]+(?:-[A-Za-z]+)?) )?"
_ALONE = (
    r"Amendment(?: Agreement)?|Addendum|Supplement(?:al Agreement)?|Statement of Work|Work Order|Order Form|"
    r"Change Order|Side Letter|Letter of Clarification|Waiver|Renewal(?: Agreement)?|Extension(?: Agreement)?|Joinder|"
    r"(?:Deed of )?Novation|(?:Deed of )?Variation|Modification|Rider"
)
_WITH_A_MASTER = (
    r"Schedule|Exhibit|Annex|Appendix|Assignment(?: and Assumption)?|Consent|Guarant(?:y|ee)|Termination|"
    r"Restatement"
)
_HANGS = (
    r"to|of|under|pursuant to|is (?:made |issued |entered into )?(?:under|pursuant to|attached to|subject to)"
)
_SELF = re.compile(rf"\b{_FIRST}(?P<kind>{_ALONE})\b{_NUMBERED}", re.IGNORECASE)
_PART = re.compile(
    rf"\b(?P<kind>{_WITH_A_MASTER})(?P<number> (?:[A-Z]|\d{{1,2}})(?:-\d)?)?(?: \([^()]{{1,60}}\))? (?:{_HANGS})"
    r" (?:the |that certain )?(?=(?-i:[A-Z]))",
    re.IGNORECASE,
)
_THIS = re.compile(r"\bT(?:his|HIS) (?=[A-Z])(?!DOCUMENT|EXHIBIT|FILING)")
_SENTENCE = re.compile(r"\bT(?:his|HIS) [A-Z]|\bW(?:HEREAS|hereas)\b|\bBETWEEN\b|\bbetween\b")
_SPEAKS_OF = re.compile(r"\b(?:the|an?|our|your|that|under|to|certain)\s?$")
_THIS_AGREEMENT = re.compile(
    r"(?:[A-Z][\w&/,'’-]* |and |of |for ){0,8}(?:AGREEMENT|Agreement|Lease|LEASE|Contract)\b"
)
_IN_A_SENTENCE = re.compile(r"(?:^|\s)[a-z][\w’'-]*\s$|\b(?:pursuant to|[Rr]ule|[Ss]ection|Act)\b[^.]{0,40}$")
_BETWEEN = re.compile(r"\b(?:between|among|amongst)\b", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10}


@dataclass(frozen=True, slots=True)
class Description:
    """What an opening says: its titles and dates, who its parties are, and for one that hangs its kind and its masters.

    `masters` are titles and ISO dates of the agreements it names, the one it most likely hangs on first.
    """

    kind: str = ""  # "Amendment", empty for an instrument of its own
    number: int = 0  # 0 where it has none
    titles: tuple[tuple[str, ...], ...] = ()
    dates: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()  # as inference.answers compares them
    names: frozenset[str] = frozenset()
    masters: tuple[tuple[tuple[str, ...], str], ...] = ()

    @property
    def hangs(self) -> bool:
        return bool(self.kind)

    @property
    def called(self) -> str:
        """What it calls itself, for a sentence."""
        return f"{self.kind} No. {self.number}" if self.number else self.kind


def as_plain(each: Description) -> dict[str, Any]:
    """A description as JSON."""
    return {**asdict(each), "names": sorted(each.names)}


def from_plain(plain: Mapping[str, Any]) -> Description:
    """What `as_plain` wrote, also after it went through JSON."""
    return Description(
        plain["kind"],
        plain["number"],
        tuple(map(tuple, plain["titles"])),
        tuple(plain["dates"]),
        tuple(plain["parties"]),
        frozenset(plain["names"]),
        tuple((tuple(title), dated) for title, dated in plain["masters"]),
    )


def describe(content: str) -> Description:
    """What the opening of a text says it is, in time that does not grow with the text."""
    flat = _flat(content)
    dates = [each for each in dates_in(flat) if each.is_complete]
    named = [*named_in(flat, dates)]
    kind, number, place = _kind(flat, named)
    parties = _parties(flat)
    names = names_of(flat[:_PREAMBLE])
    if not kind:
        return Description("", 0, _titles(flat, named), _own(dates, []), parties, names)
    own = (title_of(f"{kind} {number or ''}"),)
    return Description(kind, number, own, _own(dates, named), parties, names, _masters(flat, named, place))


def _flat(content: str) -> str:
    """The opening as one line, without the list of contents that may stand before the first sentence."""
    lines = (line for line in content[:OPENING].splitlines() if len(line) > _LINE or not _LEADER.search(line))
    return " ".join(_LEADER.sub(" ", " ".join(lines)).split())[:_WITHOUT_CONTENTS]


def _kind(flat: str, named: list[Named]) -> tuple[str, int, int]:
    """What it calls itself, its number, and where it says so; by its first sentence, else by its heading."""
    first = _SENTENCE.search(flat, 0, _HEADING)
    heading = flat[: first.start() if first else _HEADING]
    headed = _headed(heading, named)
    if (this := _THIS.search(flat, 0, _PREAMBLE)) is not None:
        said = flat[this.end() : this.end() + 160]
        if found := _SELF.match(said) or _PART.match(said) or _of_its_own(said):
            kind, number, place = _kept(found, this.end())
            same = headed is not None and headed["kind"].casefold() == kind.casefold()
            return kind, number or (_kept(headed, 0)[1] if same and headed else 0), place
        if _THIS_AGREEMENT.match(said) and headed is None:
            return "", 0, 0
    return _kept(headed, 0) if headed is not None else ("", 0, 0)


def _headed(heading: str, named: list[Named]) -> re.Match[str] | None:
    """What a heading says the paper is, before it names any agreement; a list of contents names many."""
    before = min((each.end for each in named), default=len(heading))
    titled = (
        each for each in _SELF.finditer(heading) if each.start() <= before and _is_a_title(heading, each)
    )
    parts = (each for each in _PART.finditer(heading) if each.start() <= before and each["kind"][0].isupper())
    return next(titled, None) or next(parts, None)


def _of_its_own(said: str) -> re.Match[str] | None:
    """A schedule with a name of its own, "Customization Schedule", that says what it is attached to."""
    return re.match(
        rf"(?:[A-Z][\w-]* ){{1,4}}?(?P<kind>Schedule|Exhibit|Annex)(?P<number>(?!)x)? (?:{_HANGS}) ", said
    )


def _is_a_title(heading: str, found: re.Match[str]) -> bool:
    """Whether a word such as Amendment stands in a heading as what the paper is, and not in a sentence."""
    words = found["kind"].split()
    is_written_large = all(word[0].isupper() for word in words if word.casefold() != "of")
    return is_written_large and not _IN_A_SENTENCE.search(heading[max(0, found.start() - 80) : found.start()])


def _kept(found: re.Match[str], offset: int) -> tuple[str, int, int]:
    groups = found.groupdict()
    number = (
        _number((groups.get("number") or "").strip()) or ordinal((groups.get("ordinal") or "").lower()) or 0
    )
    return (
        found["kind"].title().replace(" Of ", " of ").replace(" And ", " and "),
        number,
        found.end("kind") + offset,
    )


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    digits = [_ROMAN.get(letter, 0) for letter in written.lower()]
    if not all(digits):
        return 0
    return sum(-n if n < max(digits[place:]) else n for place, n in enumerate(digits))


def _masters(flat: str, named: list[Named], place: int) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The agreements it names after it said what it is; one with a date goes before the same without."""
    found: dict[tuple[str, ...], str] = {}
    for each in named:
        title = each.title if each.start >= place else title_of(flat[place : each.end])
        if each.end > place and not (found.get(title) or len(found) >= _MOST):
            found[title] = each.date
    return tuple(found.items())


def _titles(flat: str, named: list[Named]) -> tuple[tuple[str, ...], ...]:
    """What an instrument of its own is called: in its heading, and in the sentence that begins it."""
    this = _THIS.search(flat, 0, _PREAMBLE)
    if this is None and not _BETWEEN.search(flat, 0, _PREAMBLE):
        return ()  # a list or a letter speaks of agreements and is none
    until = this.end() + 90 if this else _HEADING
    heads = takewhile(lambda each: each.start <= until, named)
    titles = [each.title for each in heads if not _SPEAKS_OF.search(flat[: each.start][-12:])]
    return tuple(dict.fromkeys(titles))[:_MOST]


def _own(dates: list[FoundDate], named: list[Named]) -> tuple[str, ...]:
    """The dates of its own: those of the opening that are not given to another agreement."""
    theirs = {each.date for each in named if each.date}
    own = [each.iso for each in dates if each.start < _PREAMBLE and each.iso not in theirs]
    return tuple(dict.fromkeys(own))[:_MOST]


def _parties(flat: str) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for found in [*_BETWEEN.finditer(flat, 0, _PREAMBLE)][:3]:
        value = parties_value(flat, [(max(0, found.start() - 60), min(len(flat), found.start() + 1_500))])
        keys |= {key_of(party.name): None for party in value.parties} if value else {}
    return tuple(keys)[:_MOST]
