"""Text without pages, laid out on pages by ourselves: every word's box is known because we put it there."""

import re
from dataclasses import dataclass, field
from typing import Any

from review.intake.parsing.character_map import Word, pack
from review.intake.parsing.types import ParsedPage

from .mupdf import pymupdf
from .progress import Progress

WIDTH, HEIGHT, MARGIN = 612.0, 792.0, 54.0
_TAB = 8
_LINE = re.compile(r"([^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]*)(\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]|$)")
# Chinese, Japanese and Korean are written without spaces: there each character is a word with its own box.
_WIDE = r"\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")


@dataclass(frozen=True, slots=True)
class Style:
    """A typeface of MuPDF, its size in points and the distance of lines."""

    font: str
    size: float
    leading: float


TYPEWRITER = Style("cour", 10, 12)  # plain text often draws its tables with spaces
LETTER = Style("helv", 10.5, 14)


@dataclass(slots=True)
class _Page:
    start: int
    words: list[Word] = field(default_factory=list)
    drawn: list[tuple[float, float, str]] = field(default_factory=list)  # x, baseline, text


class Typesetter:
    """Breaks a text into lines and pages; `pages` then say what to draw where."""

    def __init__(self, text: str, style: Style) -> None:
        self._text, self._style = text, style
        self._font = pymupdf.Font(style.font)
        self._advances: dict[str, float] = {}
        self._space = self._advance(" ")
        self._line_number = 0
        self._y = MARGIN
        self.pages = [_Page(0)]
        self._begin_line()
        for match in _LINE.finditer(text):
            self._set_line(match.start(1), match.group(1))
            if match.group(2):
                self._end_line()
                if match.group(2) == "\f":
                    self._turn_page(match.end())
        self._end_line()
        if len(self.pages) > 1 and not self.pages[-1].words:
            self.pages.pop()

    def _advance(self, character: str) -> float:
        known = self._advances.get(character)
        if known is None:
            known = self._font.glyph_advance(ord(character)) * self._style.size
            self._advances[character] = known
        return known

    def _set_line(self, at: int, line: str) -> None:
        for token in _TOKEN.finditer(line):
            piece = token.group()
            if piece.isspace():
                self._skip(piece)
                continue
            width = sum(map(self._advance, piece))
            if self._x + width > WIDTH - MARGIN and self._x > MARGIN:
                self._end_line()
            if width > WIDTH - 2 * MARGIN:
                self._set_broken(at + token.start(), piece)
            else:
                self._set_word(at + token.start(), piece, width)

    def _skip(self, blank: str) -> None:
        for character in blank:
            count = 1
            if character == "\t":
                count = _TAB - round((self._x - MARGIN) / self._space) % _TAB
            self._drawn.append(" " * count)
            self._x += self._space * count

    def _set_broken(self, at: int, piece: str) -> None:
        """A word longer than a line goes on in the next."""
        begin, width = 0, 0.0
        for index, character in enumerate(piece):
            step = self._advance(character)
            if self._x + width + step > WIDTH - MARGIN and index > begin:
                self._set_word(at + begin, piece[begin:index], width)
                self._end_line()
                begin, width = index, 0.0
            width += step
        self._set_word(at + begin, piece[begin:], width)

    def _set_word(self, at: int, piece: str, width: float) -> None:
        if self._y > HEIGHT - MARGIN - self._style.leading:
            self._turn_page(at)
        baseline = self._y + self._style.size
        top = baseline - self._font.ascender * self._style.size
        bottom = baseline - self._font.descender * self._style.size
        self.pages[-1].words.append(
            Word(at, at + len(piece), self._x, top, self._x + width, bottom, self._line_number)
        )
        self._drawn.append(piece)
        self._x += width

    def _begin_line(self) -> None:
        self._x = MARGIN
        self._drawn: list[str] = []
        self._line_number += 1

    def _end_line(self) -> None:
        line = "".join(self._drawn).rstrip()
        if line:
            self.pages[-1].drawn.append((MARGIN, self._y + self._style.size, line))
        self._y += self._style.leading
        self._begin_line()

    def _turn_page(self, at: int) -> None:
        """A page begins with the first word that stands on it, or after a form feed."""
        if self.pages[-1].words or self.pages[-1].drawn:
            self.pages.append(_Page(at))
        self._y = MARGIN


def lay_out(text: str, style: Style, progress: Progress) -> tuple[bytes, tuple[ParsedPage, ...]]:
    """A PDF that shows a text, and its pages; together their ranges are the whole text, whatever stands in it."""
    pages = Typesetter(text, style).pages
    with pymupdf.open() as document:
        fonts = pymupdf.Font(style.font)
        for page in pages:
            _draw(document.new_page(width=WIDTH, height=HEIGHT), page, fonts, style.size)
            progress.step()
        if not text.isascii():
            document.subset_fonts()
        data = document.tobytes(garbage=3, deflate=True)
    ends = [page.start for page in pages[1:]] + [len(text)]
    return data, tuple(
        _parsed(number, page, end) for number, (page, end) in enumerate(zip(pages, ends, strict=True), 1)
    )


def _draw(sheet: Any, page: _Page, font: Any, size: float) -> None:
    writer = pymupdf.TextWriter(sheet.rect)
    for x, baseline, line in page.drawn:
        writer.append((x, baseline), line, font=font, fontsize=size)
    if page.drawn:
        writer.write_text(sheet)


def _parsed(number: int, page: _Page, end: int) -> ParsedPage:
    return ParsedPage(number, page.start, end, WIDTH, HEIGHT, 0, pack(page.words, page.start))
