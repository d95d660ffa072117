"""Finds the words of a quote in the passage it names, and nowhere else. Knows text and offsets, not questions.

Words must be the same, letter for letter, as the passage was shown; how they are spaced and broken into lines is not
held against them, since the original is cut out by its offsets. Quotes are never looked for anywhere else.
"""

import re

_SPACE = re.compile(r"\s+")

Range = tuple[int, int]


def find(passage: str, words: str, until: str = "") -> Range | None:
    """Where a quote stands in a passage as it was shown, or None; the first place where there are several."""
    first = _found(passage, words, 0)
    if first is None or not until.strip():
        return first
    last = _found(passage, until, first[0])
    while last is not None and last[1] < first[1]:
        last = _found(passage, until, last[0] + 1)
    return (first[0], last[1]) if last else None


def _found(passage: str, words: str, start: int) -> Range | None:
    parts = [each for each in _SPACE.split(words) if each]
    if not parts or sum(map(len, parts)) > len(passage):
        return None
    found = re.compile(r"\s+".join(map(re.escape, parts))).search(passage, start)
    return found.span() if found else None
