"""A PDF as text that we build ourselves from its words, so that every character's place is known by construction."""

import gc
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Any

from review.intake.parsing.character_map import pack_columns
from review.intake.parsing.types import Limits, ParsedDocument, ParsedPage

from .mupdf import pymupdf
from .ocr import PageReader
from .progress import Progress
from .refusal import Refusal

# Ligatures come as letters and unknown glyphs as U+FFFD; what lies off the page is not on it.
FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
FEW_WORDS = 5
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_PHOTO_PIXELS = 40_000

# x0, y0, x1, y1 in points of the page as displayed, text, block, line in block, word in line
WordRow = tuple[float, float, float, float, str, int, int, int]


@dataclass(slots=True)
class TextBuilder:
    """The document's text as it grows page by page, each word's offsets noted as it is added."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    pages: list[ParsedPage] = field(default_factory=list)
    without_text: list[int] = field(default_factory=list)

    def add_page(self, page: Any, rows: Sequence[WordRow], score: float | None = None) -> None:
        """Words of a line are joined by a space, lines by a line break, blocks and pages by an empty line.

        A page that cannot be loaded (None) keeps its number, empty and of letter size.
        """
        if self.pages:
            self.pieces.append("\n\n")
            self.length += 2
        start = self.length
        character_map = self._add_words(rows) if rows else pack_columns([], [], [], ([], [], [], []), start)
        width, height = (page.rect.width, page.rect.height) if page else (612.0, 792.0)
        self.pages.append(
            ParsedPage(
                number=len(self.pages) + 1,
                start=start,
                end=self.length,
                width=width,
                height=height,
                rotation=page.rotation if page else 0,
                character_map=character_map,
                ocr_score=score,
                has_photo=has_photo(page) if page else False,
            )
        )

    def _add_words(self, rows: Sequence[WordRow]) -> bytes:
        """In columns, because half the cost of a page would else be made here."""
        x0, y0, x1, y1, words, blocks, lines, _ = zip(*rows, strict=True)
        gaps = ["", *map(_gap, pairwise(zip(blocks, lines, strict=True)))]
        page_start, lengths = self.length, list(map(len, words))
        ends = list(accumulate(map(int.__add__, map(len, gaps), lengths), initial=page_start))[1:]
        starts = list(map(int.__sub__, ends, lengths))
        self.pieces.append("".join(chain.from_iterable(zip(gaps, words, strict=True))))
        self.length = ends[-1]
        return pack_columns(starts, ends, [gap[:1] == "\n" for gap in gaps], (x0, y0, x1, y1), page_start)

    @property
    def content(self) -> str:
        return "".join(self.pieces)


def _gap(pair: tuple[tuple[int, int], tuple[int, int]]) -> str:
    """What stands between two words, by the block and the line of each."""
    before, after = pair
    if before == after:
        return " "
    return "\n" if before[0] == after[0] else "\n\n"


def read_pdf(path: Path, password: str | None, limits: Limits, progress: Progress) -> ParsedDocument:
    """The text of a PDF with its pages. Raises Refusal."""
    with open_pdf(path, password) as document:
        was_locked = bool(password)  # asking the document would try the empty password, and lock it again
        parsed = read_pages(document, "pdf", limits, progress)
        if not was_locked:
            return parsed
        view = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_NONE, garbage=1)
    return replace(parsed, view_pdf=view)


def open_pdf(path: Path, password: str | None = None) -> Any:
    """An opened, unlocked PDF with at least one page. Raises Refusal."""
    try:
        document = pymupdf.open(path, filetype="pdf")
    except (pymupdf.FileDataError, pymupdf.EmptyFileError):
        raise Refusal("corrupt", "This PDF is damaged and cannot be opened.") from None
    if not document.is_pdf:
        raise Refusal("disguised", "This file calls itself a PDF but is something else.")
    if document.needs_pass:
        if not password:
            raise Refusal("needs_password", "This PDF is locked with a password.")
        if not document.authenticate(password):
            raise Refusal("needs_password", "The password does not open this PDF.")
    if document.page_count < 1:
        raise Refusal("corrupt", "This PDF has no pages that can be found.")
    return document


def read_pages(document: Any, kind: str, limits: Limits, progress: Progress) -> ParsedDocument:
    """The text of every page of an open PDF, recognised from the image where there is none. Raises Refusal."""
    if document.page_count > limits.pages:
        raise Refusal("over_limit", f"This document has more than {limits.pages} pages.")
    builder, reader, broken = TextBuilder(), PageReader(limits, progress), 0
    for index in range(document.page_count):
        try:
            page = document.load_page(index)
        except pymupdf.mupdf.FzErrorBase:
            broken += 1
            builder.add_page(None, ())
            continue
        rows: Sequence[WordRow] = words_of(page)
        score = None
        if needs_recognition(page, rows):
            rows, score = reader.better_words(page, rows)
            if score is None and not reader.has_looked:
                builder.without_text.append(index + 1)
        builder.add_page(page, rows, score)
        del page
        if builder.length > limits.characters:
            raise Refusal("over_limit", f"This document has more than {limits.characters} characters.")
        progress.step()
        if index % 100 == 99:
            gc.collect()  # not left to itself: it would walk every word of every page
    return _finished(builder, kind, broken, document.page_count)


def _finished(builder: TextBuilder, kind: str, broken: int, page_count: int) -> ParsedDocument:
    if broken == page_count:
        raise Refusal("corrupt", "No page of this PDF can be read; the file is damaged.")
    content = builder.content
    if not content.strip():
        if builder.without_text:
            raise Refusal(
                "needs_ocr", "The pages of this file are images without text, and none could be recognised."
            )
        raise Refusal("no_text", "There is no text on the pages of this file.")
    banner: dict[str, object] = {}
    if builder.without_text:
        banner["pages_without_text"] = builder.without_text
    if broken:
        banner["pages_damaged"] = broken
    return ParsedDocument(kind=kind, content=content, pages=tuple(builder.pages), banner=banner)


def words_of(page: Any) -> list[WordRow]:
    """The words of a page as displayed, in the order the file gives them, of characters that can be stored."""
    try:
        rows: list[WordRow] = page.get_text("words", flags=FLAGS)
    except (pymupdf.mupdf.FzErrorBase, RuntimeError) as fault:
        if "malloc" in str(fault):
            raise
        return []
    if page.rotation:
        rows = [_turned(row, page.rotation_matrix) for row in rows]
    text = "".join([row[4] for row in rows])
    if not text.isascii() and _NOT_STORABLE.search(text):
        rows = [(*row[:4], _NOT_STORABLE.sub("", row[4]), *row[5:]) for row in rows]
        rows = [row for row in rows if row[4]]
    return rows


def _turned(row: WordRow, matrix: Any) -> WordRow:
    box = pymupdf.Rect(row[:4]) * matrix
    return (box.x0, box.y0, box.x1, box.y1, *row[4:])


def needs_recognition(page: Any, rows: Sequence[WordRow]) -> bool:
    """Whether a page shows text that the file does not spell out: almost no words but ink, or words of no letters."""
    if len(rows) < FEW_WORDS:
        return _has_ink(page)
    text = "".join([row[4] for row in rows])
    if text.isascii():
        return False
    return len(_UNREADABLE.findall(text)) > len(text) / 5


def _has_ink(page: Any) -> bool:
    """An image of some size, or so many shapes that they may be letters drawn as outlines."""
    try:
        drawn = page.get_bboxlog()
    except (pymupdf.mupdf.FzErrorBase, RuntimeError):
        return False
    enough, shapes = abs(page.rect) / 50, 0
    for kind, box in drawn:
        if "image" in kind and abs(pymupdf.Rect(box) & page.rect) > enough:
            return True
        shapes += "path" in kind or kind == "ignore-text"
    return shapes >= 50


def has_photo(page: Any) -> bool:
    """Whether a page may show an image in grey or colour; its resources tell, without decoding."""
    try:
        images = page.get_images()
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError):
        return False
    return any(image[4] == 8 and image[2] * image[3] > _PHOTO_PIXELS for image in images)
