"""Marks around words that are not seen, put in while a text is made and turned into ranges when it is whole."""

from collections.abc import Iterable
from dataclasses import replace

from review.intake.parsing.types import ParsedPage, Unseen, UnseenKind

# No characters of anything.
_OPEN: dict[UnseenKind, str] = {"hidden": "\ufdd0", "white": "\ufdd1", "tiny": "\ufdd2"}
_CLOSE = "\ufdd3"
_KIND_OF = {mark: kind for kind, mark in _OPEN.items()}
_NO_MARKS = dict.fromkeys(map(ord, (*_KIND_OF, _CLOSE)))
_LONGEST = 2000  # code points
_FEWEST = 3  # letters and digits


def marked(words: str, kind: UnseenKind) -> str:
    """Words between marks."""
    return f"{_OPEN[kind]}{words}{_CLOSE}"


def without_marks(words: str) -> str:
    """Words of a file that cannot be taken for marks of ours."""
    return words if words.isascii() else words.translate(_NO_MARKS)


def unmarked(text: str) -> tuple[str, tuple[Unseen, ...]]:
    """A text without marks, and what they stood around; neighbours of one kind are one passage."""
    if _CLOSE not in text:
        return text, ()
    pieces: list[str] = []
    found: list[Unseen] = []
    length, kind, start = 0, None, 0
    for letter in text:
        if letter in _KIND_OF:
            kind, start = _KIND_OF[letter], length
        elif letter == _CLOSE:
            if kind and length > start:
                if found and found[-1].kind == kind and not "".join(pieces[found[-1].end : start]).strip():
                    start = found.pop().start
                found.append(Unseen(kind, 0, start, min(length, start + _LONGEST)))
            kind = None
        else:
            pieces.append(letter)
            length += 1
    plain = "".join(pieces)
    return plain, tuple(each for each in found if says_something(plain[each.start : each.end]))


def says_something(words: str) -> bool:
    """Whether words are more than a few marks."""
    return sum(map(str.isalnum, words)) >= _FEWEST


def on_their_pages(found: Iterable[Unseen], pages: tuple[ParsedPage, ...]) -> tuple[Unseen, ...]:
    """Passages of a text with the number of the page on which each begins."""
    return tuple(
        replace(each, page=next((page.number for page in pages if each.start < page.end), 0))
        for each in found
    )
