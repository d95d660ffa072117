"""Words of a case file that a later instrument of it takes out of force. Knows all its texts, in reading order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from inference.compact.segments import split
from inference.types import CaseFile, Evidence, SourceText

from .asked import Asked
from .words import NAME, stems

OPENING = 1_500  # code points in which an instrument says what it is and whose
_CHANGE = re.compile(
    r"\b(?:(?:is|are|be|was|been) (?:hereby |each |also |further |deemed )*(?:amended|deleted|replaced|superseded|withdrawn|"
    r"abolished|removed|revoked|repealed|cancell?ed|restated|struck|moved|changed|substituted|terminated|released|"
    r"waived|extended|increased|reduced|varied)|no longer|ceases? to|in place of|instead of|in lieu of|no further (?:force|effect)|"
    r"ends? with|passes to|supersedes?|replaces?|amends? and restates?|from now on)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(r"\bby (?:adding|inserting|the addition|the insertion)|\bto (?:add|insert|include)\b", re.IGNORECASE)
_CITED = re.compile(
    r"(?:Section|Clause|Article|Paragraph|Sec\.|§)s?\s*(\d{1,3}(?:\.\d{1,3})*)", re.IGNORECASE
)
_NUMBER = re.compile(
    r"^[^\S\n]*(?:(?:Section|Clause|Article)\s+)?(\d{1,3}(?:\.\d{1,3})*)[.)]?(?=\s)", re.IGNORECASE | re.MULTILINE
)
_LOOK_BACK = 20_000  # code points before a quote in which its section's number is looked for
_RESTATED = re.compile(r"amended\s+and\s+restated", re.IGNORECASE)
_AMENDS = re.compile(r"\b(?:amend(?:s|ed|ment|ing)?|supplement|variation|addendum|restated)\b", re.IGNORECASE)
_NO_NAMES = frozenset(
    "this the that these agreement amendment amendments first second third fourth fifth section article clause "
    "exhibit whereas now inc llc ltd corp corporation company limited llp plc party parties effective date and "
    "january february march april may june july august september october november december state united states "
    "delaware new york california restated amended execution version confidential recitals made between contract "
    "term schedule appendix lease license master services supply source inc. by of in for".split()
)


@dataclass(frozen=True)
class Change:
    """A sentence that changes an earlier one: the sections it cites, and the stems of what it says is changed."""

    document: int
    evidence: Evidence
    cited: frozenset[str]
    subject: frozenset[str]


class Changes:
    """All changes of a case file, found once: time and memory grow with its length."""

    def __init__(self, case_file: CaseFile) -> None:
        self._documents = case_file.documents
        self._place = {document.id: place for place, document in enumerate(case_file.documents)}
        self._openings = [document.content[:OPENING] for document in case_file.documents]

    @cached_property
    def _changes(self) -> list[Change]:
        amending = [place for place, opening in enumerate(self._openings) if place and _AMENDS.search(opening)]
        return [change for place in amending for change in _changes(self._documents[place], place)]

    @cached_property
    def _names(self) -> list[frozenset[str]]:
        return [_names(opening) for opening in self._openings]

    def of(self, asked: Asked, quote: Evidence) -> Change | None:
        """The first later change that meets the quote's section, or what was asked where it cites no section."""
        place = self._place[quote.document_id]
        later = [change for change in self._changes if change.document > place and self._belong(place, change.document)]
        if not later:
            return None
        section = section_of(self._documents[place].content, quote.start)
        about = asked.about | stems(quote.quote)
        return next((change for change in later if _meets(change, section, about)), None)

    def _belong(self, one: int, other: int) -> bool:
        """Whether two instruments name the same people in their openings."""
        shared = self._names[one] & self._names[other]
        return len(shared) >= 2


def section_of(content: str, start: int) -> str:
    """The number of the section a place stands in, as last seen at the beginning of a line; empty for none."""
    low = max(0, start - _LOOK_BACK)
    numbers = _NUMBER.findall(content, low, content.find("\n", start) if "\n" in content[start:] else len(content))
    return numbers[-1] if numbers else ""


def _changes(document: SourceText, place: int) -> list[Change]:
    found = []
    for each in split(document.content):
        sentence = document.content[each.start : each.end]
        change = _CHANGE.search(sentence)
        if change is None or _ADDS.search(sentence):
            continue
        roles = stems(" ".join(name.group() for name in NAME.finditer(sentence[: change.start()]) if name.start() > 4))
        subject = stems(sentence[: change.start()]) - roles
        evidence = Evidence(document.id, each.start, each.end, sentence, 1.0)
        found.append(Change(place, evidence, frozenset(_CITED.findall(sentence)), subject))
    return found


def _meets(change: Change, section: str, about: frozenset[str]) -> bool:
    if change.cited:
        return any(section == cited or section.startswith(f"{cited}.") for cited in change.cited)
    shared = change.subject & about
    return 2 * len(shared) > len(change.subject)


def _names(opening: str) -> frozenset[str]:
    words = re.findall(r"\b[A-Z][A-Za-z&\-]{2,}", opening)
    return frozenset(word.lower() for word in words) - _NO_NAMES
