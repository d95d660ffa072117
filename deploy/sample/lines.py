"""Words measured and broken into lines."""

from dataclasses import dataclass
from functools import cache

import pymupdf

from deploy.sample.markup import runs_of
from deploy.sample.pdf_file import FACES, STYLES, font_name, string

Word = list[tuple[str, str]]  # fragments: style and letters


@dataclass(frozen=True)
class Line:
    """The words of one line, their natural width, and whether a paragraph ends with them."""

    words: tuple[Word, ...]
    width: float
    is_last: bool


@cache
def _font(family: str, style: str) -> pymupdf.Font:
    return pymupdf.Font(FACES[family][STYLES.index(style)])


@cache
def width_of(letters: str, family: str, style: str, size: float) -> float:
    """The width in points of letters set in this face."""
    return float(_font(family, style).text_length(letters, size))


def words_of(text: str, style: str = "") -> list[Word]:
    """The words of a marked-up text, each as fragments; `style` is added to all of them."""
    words: list[Word] = []
    is_open = False
    for run_style, letters in runs_of(text):
        face = "".join(sorted(set(run_style + style)))
        for place, piece in enumerate(letters.split(" ")):
            if place:
                is_open = False
            if not piece:
                continue
            if is_open:
                words[-1].append((face, piece))
            else:
                words.append([(face, piece)])
            is_open = True
    return words


def broken(
    text: str, family: str, size: float, width: float, *, first: float = 0, style: str = ""
) -> list[Line]:
    """The lines of a text no wider than `width`; the first one begins `first` points later."""
    space = width_of(" ", family, "", size)
    lines: list[Line] = []
    line: list[Word] = []
    used, room = 0.0, width - first
    for word in words_of(text, style):
        length = sum(width_of(letters, family, face, size) for face, letters in word)
        if line and used + space + length > room:
            lines.append(Line(tuple(line), used, is_last=False))
            line, used, room = [], 0.0, width
        used += length + (space if line else 0)
        line.append(word)
    return [*lines, Line(tuple(line), used, is_last=True)]


def drawn(line: Line, x: float, y: float, family: str, size: float, stretch: float = 0) -> str:
    """The operators that set a line; `stretch` points are added to each of its blanks."""
    runs: list[list[str]] = []
    for place, word in enumerate(line.words):
        for number, (face, letters) in enumerate(word):
            blank = " " if place and not number else ""
            if runs and runs[-1][0] == face:
                runs[-1][1] += blank + letters
                continue
            if blank and runs:
                runs[-1][1] += blank
            runs.append([face, letters])
    shown = " ".join(f"/{font_name(family, face)} {size:g} Tf {string(letters)} Tj" for face, letters in runs)
    return f"BT {stretch:.4f} Tw {x:.2f} {y:.2f} Td {shown} ET"
