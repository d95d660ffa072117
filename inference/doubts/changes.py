"""What an amending instrument says it changes, sentence by sentence. Knows one text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inference.compact.segments import split
from inference.types import Evidence

from .words import NAME, stems

OPENING = 1_500  # code points in which an instrument says what it is and whose
_TITLE = 400
_KIND = re.compile(
    r"\b(?:amendment|amended and restated|supplemental|addendum|side letter|waiver|termination agreement|"
    r"modification|change order|novation|variation|deed of release|rescission)\b",
    re.IGNORECASE,
)
_AMENDS = re.compile(
    r"\b(?:amend|modify|vary|supplement|terminate|rescind|replace)(?:s|ing)? (?:the|their|that|such|certain)\b",
    re.IGNORECASE,
)
_GONE = (
    r"amended|deleted|replaced|superseded|withdrawn|abolished|removed|revoked|repealed|cancell?ed|restated|struck|moved|"
    r"changed|substituted|terminated|released|waived|extended|increased|reduced|varied|rescinded|discharged"
)
_CHANGE = re.compile(
    rf"\b(?:(?:is|are|be|was|been|stands?) (?:hereby |each |also |further |deemed )*(?:{_GONE})|no longer|ceases? to|"
    r"in place of|instead of|in lieu of|no further (?:force|effect)|ends? with|passes to|supersedes?|replaces?|"
    r"from now on)\b",
    re.IGNORECASE,
)
_GIVES_UP = re.compile(
    r"\b(?:surrenders?|gives? up|relinquish(?:es)?|forgoes?|renounces?|releases?)\b", re.IGNORECASE
)
_ADDS = re.compile(
    r"\bby (?:adding|inserting|the addition|the insertion)|\bto (?:add|insert|include)\b", re.IGNORECASE
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|may|upon|in the event|until|whenever|to the extent|in case|should|would|can|prior|when|once)\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"\b(?:Section|Clause|Article|Paragraph|Sec\.|§)s?\s*(\d{1,3}(?:\.\d{1,3})*(?:\s?\([a-z]\))?)",
    re.IGNORECASE,
)
_CITED_FIRST = re.compile(
    r"^\W*(?:\(?\w{1,3}[.)]\s+)*(?:The )?(?:Section|Clause|Article|Paragraph|Sec\.|§)", re.IGNORECASE
)
_OF_ITS_OWN = re.compile(
    r"\bthis (?:First |Second |Third )?(?:Amendment|Supplement|Addendum|letter|Waiver)\b", re.IGNORECASE
)
_PART = re.compile(
    r"\b(?:Section|Clause|Article|Paragraph|Exhibit|Schedule|Appendix|Annex|definition|sentence|term of|provision)s?\b",
    re.IGNORECASE,
)
_INSTRUMENT = re.compile(r"\b(?:Agreement|Lease|Contract|Deed|Licen[cs]e|Note)\b", re.IGNORECASE)
_ENDED = re.compile(
    r"\b(?:superseded|replaced|cancell?ed|rescinded|discharged|terminated|restated)\b", re.IGNORECASE
)
_LONG_NAME = re.compile(r"\b(?=([A-Z][\w\-]+ (?:& |of )?[A-Z][\w\-]+))")
_NO_NAME = re.compile(
    r"\b(?:agreement|amendment|amended|section|article|exhibit|state|states|united|delaware|new york|california|"
    r"effective|"
    r"date|january|february|march|april|may|june|july|august|september|october|november|december|inc|llc|ltd|corp|"
    r"execution|recitals|witnesseth|commission|securities|exchange|rule|confidential|treatment|source|the|this|first|second|third)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Change:
    """A sentence that changes an earlier one: the sections it changes, the stems of its subject, or the whole.

    It is plain where it is a section itself or the whole that is changed, and not something that stands in it.
    """

    evidence: Evidence
    cited: frozenset[str]
    subject: frozenset[str]
    is_whole: bool
    is_plain: bool

    def meets(self, section: str, about: frozenset[str]) -> bool:
        """Whether it changes that section, or, where it cites none, mostly speaks of what those stems are about."""
        if self.cited:
            return any(_within(section, cited) for cited in self.cited)
        return self.is_whole or 2 * len(self.subject & about) > len(self.subject)


def _within(section: str, cited: str) -> bool:
    """Whether a section such as "4.2(b)" is the cited one or a part of it."""
    return section == cited or section.startswith((f"{cited}.", f"{cited}("))


def is_amending(content: str) -> bool:
    """Whether an instrument's opening says that it changes another."""
    return bool(_KIND.search(content[:_TITLE]) or _AMENDS.search(content[:OPENING]))


def names_of(content: str) -> frozenset[str]:
    """Names of two words and more in an instrument's opening: those of its parties among them."""
    found = (match.group(1) for match in _LONG_NAME.finditer(content[:OPENING]))
    return frozenset(name.lower() for name in found if not _NO_NAME.search(name))


def changes_of(document_id: str, content: str) -> Iterator[Change]:
    """Every sentence that changes something now, neither on a condition nor by adding to it."""
    for each in split(content):
        sentence = content[each.start : each.end]
        change = _CHANGE.search(sentence) or _GIVES_UP.search(sentence)
        if change is None or _ADDS.search(sentence):
            continue
        subject = sentence[: change.start()]
        if _OF_ITS_OWN.search(subject) or ("hereby" not in sentence and _SUPPOSED.search(subject)):
            continue
        evidence = Evidence(document_id, each.start, each.end, sentence, 1.0)
        cited = frozenset("".join(number.split()) for number in _CITED.findall(subject))
        whole = _is_whole(subject, change.group(), cited)
        is_plain = whole or bool(cited and _CITED_FIRST.match(subject))
        topic = sentence[change.end() :] if _GIVES_UP.fullmatch(change.group()) else subject
        yield Change(evidence, cited, _topic(topic), whole, is_plain)


def _topic(subject: str) -> frozenset[str]:
    names = " ".join(name.group() for name in NAME.finditer(subject) if name.start() > 4)
    return stems(subject) - stems(names)


def _is_whole(subject: str, change: str, cited: frozenset[str]) -> bool:
    """Whether it is an instrument as a whole that is taken out of force."""
    if cited or _PART.search(subject) or not _ENDED.search(change):
        return False
    return bool(_INSTRUMENT.search(subject)) and not _topic(subject)
