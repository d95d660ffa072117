"""Where in a text a date can begin, told by its month or its year, so that no pattern is tried at every letter.

Months are found by their first three letters at the speed of memory; trying the patterns everywhere took ten times as
long. Knows no pattern: whoever names its reach answers for it.
"""

import re
from collections.abc import Iterable, Iterator

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURIES = ("19", "20")
_WORD = re.compile(r"\b(?=\w)")


def matches(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """What `finditer` gives, if these places, in order, are all at which the pattern can match."""
    end = 0
    for at in places:
        if at >= end and (found := pattern.match(text, at)) is not None:
            yield found
            end = found.end()


def months_in(text: str) -> list[int]:
    """Where months begin, whole or shortened, and words that begin like one."""
    return _places(text, MONTHS)


def years_in(text: str) -> list[int]:
    """Where years from 1900 to 2099 begin, and other numbers that begin like one."""
    return _places(text, _CENTURIES)


def words_before(text: str, places: Iterable[int], reach: int) -> Iterator[int]:
    """Where words begin that lie at most so many code points before one of these places."""
    seen = 0
    for place in places:
        for word in _WORD.finditer(text, max(seen, place - reach), place):
            yield word.start()
        seen = place


def letters_before(text: str, letters: str, places: Iterable[int], reach: int) -> Iterator[int]:
    """Where one of these letters stands at most so many code points before one of these places."""
    seen = 0
    for place in places:
        for at in range(max(seen, place - reach), place):
            if text[at] in letters:
                yield at
        seen = place


def _places(text: str, beginnings: Iterable[str]) -> list[int]:
    # A byte a letter, so that places stay what they are; to a pattern without case the long s is one as well.
    small = text.replace("\u017f", "s").encode("latin-1", "replace").lower()
    found = []
    for beginning in beginnings:
        sought = beginning.encode()
        at = small.find(sought)
        while at >= 0:
            found.append(at)
            at = small.find(sought, at + 1)
    return sorted(found)
