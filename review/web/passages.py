"""Words around a place in a text: a sentence on each side of a quote, and the headings above it."""

import re
from bisect import bisect_right
from dataclasses import dataclass

AROUND = 320  # characters looked at on each side
NO_BREAK = "\N{NO-BREAK SPACE}"  # an ellipsis stands apart: after a full stop it would be a fourth dot
LEAST = 30  # a side shorter than this takes the sentence beyond it as well
HEADING = re.compile(
    r"^[ \t]*(?P<number>(?:article|section|clause|schedule|exhibit|annex|appendix)\s+[\dA-Z]+(?:\.\d+)*"
    r"|\d{1,2}(?:\.\d{1,2})*)"
    r"[.:)]?[ \t]+(?P<words>[A-Z][^\n.;]{2,70})[.:]?[ \t]*(?:\n|$)",
    re.IGNORECASE | re.MULTILINE,
)
SENTENCE_END = re.compile(r"[.;:?!]\s+|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document: where it begins (code points), its words, and how deep it lies from 1."""

    start: int
    words: str
    depth: int


def around(content: str, start: int, end: int) -> tuple[str, str]:
    """About a sentence before and after a range, on one line each, with an ellipsis where the text goes on beyond."""
    before, after = _before(content, start), _after(content, end)
    goes_before = content[: start - len(before)].strip()
    goes_on = content[end + len(after) :].strip()
    before, after = _one_line(before), _one_line(after)
    return (
        f"…{NO_BREAK}{before.lstrip()}" if goes_before else before,
        f"{after.rstrip()}{NO_BREAK}…" if goes_on else after,
    )


def _before(content: str, start: int) -> str:
    before = content[max(0, start - AROUND) : start]
    ends = [match.end() for match in SENTENCE_END.finditer(before) if match.end() <= len(before) - LEAST]
    if ends:
        return before[ends[-1] :]
    return before.partition(" ")[2] if start > AROUND else before


def _after(content: str, end: int) -> str:
    after = content[end : end + AROUND]
    stop = next((match.start() + 1 for match in SENTENCE_END.finditer(after) if match.end() >= LEAST), None)
    if stop:
        return after[:stop]
    return after.rpartition(" ")[0] if end + AROUND < len(content) else after


def headings(content: str, limit: int = 400) -> list[Heading]:
    """The numbered headings of a text, in order; a line counts when it begins with a number and ends soon after."""
    found: list[Heading] = []
    for match in HEADING.finditer(content):
        number, words = match["number"], " ".join(match["words"].split())
        if not words[0].isupper() or (number[0].isdigit() and _looks_like_prose(words)):
            continue
        label = number if number[0].isdigit() else _in_capitals(number)
        found.append(Heading(match.start("number"), f"{label} {words}", 1 + number.count(".")))
        if len(found) == limit:
            break
    return found


def section_at(found: list[Heading], offset: int) -> str:
    """The heading an offset stands under, or nothing."""
    at = bisect_right([heading.start for heading in found], offset)
    return found[at - 1].words if at else ""


def _in_capitals(number: str) -> str:
    """The word of a heading as a word, and its number as in "Article IV"."""
    word, count = number.split(maxsplit=1)
    return f"{word.title()} {count.upper()}"


def _looks_like_prose(words: str) -> bool:
    """A line of running text, a date or an address that happens to begin with a number."""
    return len(words.split()) > 8 or bool(re.search(r"\d{4}", words))


def _one_line(words: str) -> str:
    return re.sub(r"\s+", " ", words)
