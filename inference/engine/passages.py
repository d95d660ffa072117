"""Cuts texts into passages: paragraph-like ranges that cover each text exactly. Knows text, not tokens."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inference.types import CaseFile

LONGEST = 1_200  # code points of a passage
SHORTEST = 200  # a heading goes with what it heads: no blank line before this ends a passage

_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|[\r\n\u2028\u2029])\s*|\f|\u2029")
_LINE_BREAK = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_SENTENCE_END = re.compile(
    r"[.!?;]['\"\u2019\u201d)\]]*\s+|[\u3002\uff01\uff1f\uff1b]['\"\u2019\u201d\uff09]*"
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Passage:
    """A range of one document's text; `number` counts from 1 through the whole case file."""

    number: int
    document: int  # its place in the case file
    document_id: str
    start: int
    end: int


class PassagePlaces:
    """Finds the passage in which a code point of a document lies."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._by_document: dict[str, list[Passage]] = {}
        for passage in passages:
            self._by_document.setdefault(passage.document_id, []).append(passage)

    def at(self, document_id: str, offset: int) -> Passage:
        """The passage that holds an offset; raises KeyError where there is none."""
        passages = self._by_document[document_id]
        found = passages[bisect_right(passages, offset, key=lambda passage: passage.start) - 1]
        if not found.start <= offset < found.end:
            raise KeyError(offset)
        return found


def cut(case_file: CaseFile) -> tuple[Passage, ...]:
    """The passages of a case file in reading order; those of one document join to its whole text."""
    found: list[Passage] = []
    for place, document in enumerate(case_file.documents):
        for start, end in _ranges(document.content):
            found.append(Passage(len(found) + 1, place, document.id, start, end))
    return tuple(found)


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = _end(text, start)
        yield start, end
        start = end


def _end(text: str, start: int) -> int:
    """Where the passage that begins at `start` ends."""
    limit = start + LONGEST
    blank = _BLANK_LINE.search(text, start + SHORTEST, limit)
    if blank and (blank.end() < limit or len(text) <= limit):
        return blank.end()
    if len(text) <= limit:
        return len(text)
    for ending in (_LINE_BREAK, _SENTENCE_END, _SPACE):
        last = max((found.end() for found in ending.finditer(text, start, limit)), default=start)
        if last > start + SHORTEST:
            return _whole(text, start, last)
    return _whole(text, start, limit)


def _whole(text: str, start: int, end: int) -> int:
    """Step back from between a letter and its combining mark, or a carriage return and its line feed."""
    at = end
    while at > start and (unicodedata.combining(text[at]) or text[at - 1 : at + 1] == "\r\n"):
        at -= 1
    return at if at > start else end
