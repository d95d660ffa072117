"""A PDF as text that we build ourselves from its words, so that every character's place is known by construction."""

import gc
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from review.intake.parsing.character_map import pack
from review.intake.parsing.types import Limits, ParsedDocument, ParsedPage, Unseen, UnseenKind

from .mupdf import pymupdf
from .ocr import PageReader
from .packing import WordRow, pack_rows
from .progress import Progress
from .refusal import Refusal
from .unseen import Flagged, Looker

# Ligatures come as letters and unknown glyphs as U+FFFD; what lies off the page is not on it.
FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
FEW_WORDS = 5
_LETTER_SIZE = pymupdf.Rect(0, 0, 612, 792)
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_ODD = (b"\x00", b"\xed", b"\xee", b"\xef")  # one of them stands in UTF-8 wherever one of those letters does
_FRAGMENT = 3  # letters and digits; less is no passage
_LETTERS = re.compile(r"[^\W_]")
_MOST_UNSEEN = 300  # passages of one document; those beyond are counted
_LONGEST_UNSEEN = 2000  # code points of one


@dataclass(slots=True)
class TextBuilder:
    """The document's text as it grows page by page, each word's offsets noted as it is added."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    pages: list[ParsedPage] = field(default_factory=list)
    without_text: list[int] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    more_unseen: int = 0
    looker: Looker = field(default_factory=Looker)

    def add_page(
        self,
        page: Any,
        rows: Sequence[WordRow],
        score: float | None = None,
        flagged: Sequence[Flagged] = (),
    ) -> None:
        """Pages are joined by an empty line; one that cannot be loaded (None) is empty and of letter size."""
        if self.pages:
            self.pieces.append("\n\n")
            self.length += 2
        start = self.length
        character_map = self._add_words(rows, flagged) if rows else pack([], start)
        box = page.rect if page else _LETTER_SIZE
        self.pages.append(
            ParsedPage(
                number=len(self.pages) + 1,
                start=start,
                end=self.length,
                width=box.width,
                height=box.height,
                rotation=page.rotation if page else 0,
                character_map=character_map,
                ocr_score=score,
            )
        )

    def add_unseen(self, found: Unseen) -> None:
        """Keep a passage that nobody sees, or count it when there are many."""
        if len(self.unseen) < _MOST_UNSEEN:
            self.unseen.append(found)
        else:
            self.more_unseen += 1

    def _add_words(self, rows: Sequence[WordRow], flagged: Sequence[Flagged]) -> bytes:
        packed = pack_rows(rows, self.length)
        self.pieces.append(packed.text)
        self.length = int(packed.ends[-1])
        for kind, first, last in _passages(flagged):
            if len(_LETTERS.findall("".join([row[4] for row in rows[first : last + 1]]))) >= _FRAGMENT:
                start = int(packed.starts[first])
                end = min(int(packed.ends[last]), start + _LONGEST_UNSEEN)
                self.add_unseen(Unseen(kind, len(self.pages) + 1, start, end))
        return packed.character_map

    @property
    def content(self) -> str:
        return "".join(self.pieces)


def _passages(flagged: Sequence[Flagged]) -> Iterator[tuple[UnseenKind, int, int]]:
    """Neighbouring words that are not seen for the same reason, as the numbers of the first and the last."""
    for (kind, _), group in groupby(
        enumerate(flagged), key=lambda each: (each[1].kind, each[1].number - each[0])
    ):
        numbers = [word.number for _, word in group]
        yield kind, numbers[0], numbers[-1]


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


def read_pages(
    document: Any, kind: str, limits: Limits, progress: Progress, *, looks: bool = True
) -> ParsedDocument:
    """The text of every page of an open PDF, recognised from the image where there is none. Raises Refusal.

    `looks` for words that nobody sees; what that costs is measured by leaving it out.
    """
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
        text_page, plain, is_odd = _lines_up(page)
        rows: Sequence[WordRow] = _as_displayed(page, plain)
        score, flagged = None, []
        if _needs_recognition(page, rows, is_odd):
            rows, score = reader.better_words(page, rows)
            if score is None and not reader.has_looked:
                builder.without_text.append(index + 1)
        if looks and score is None and text_page is not None:
            flagged = _unseen_on(page, text_page, plain, builder)
        builder.add_page(page, rows, score, flagged)
        del page, text_page
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
    if builder.more_unseen:
        banner["more_unseen"] = builder.more_unseen
    return ParsedDocument(
        kind=kind, content=content, pages=tuple(builder.pages), banner=banner, unseen=tuple(builder.unseen)
    )


def _lines_up(page: Any) -> tuple[Any, list[WordRow], bool]:
    """MuPDF's own text of a page and its words, of characters that can be stored, before the page is turned.

    Then whether any of them may be of letters that are none.
    """
    try:
        text_page = page.get_textpage(flags=FLAGS)
        rows: list[WordRow] = text_page.extractWORDS()
    except (pymupdf.mupdf.FzErrorBase, RuntimeError) as fault:
        if "malloc" in str(fault):
            raise
        return None, [], False
    text = "".join([row[4] for row in rows])
    data = text.encode("utf-8", "surrogatepass")
    is_odd = any(byte in data for byte in _ODD)  # a hundred times quicker than looking for the letters
    if is_odd and _NOT_STORABLE.search(text):
        rows = [(*row[:4], _NOT_STORABLE.sub("", row[4]), *row[5:]) for row in rows]
        rows = [row for row in rows if row[4]]
    return text_page, rows, is_odd


def _as_displayed(page: Any, rows: list[WordRow]) -> list[WordRow]:
    return [_turned(row, page.rotation_matrix) for row in rows] if page.rotation else rows


def _turned(row: WordRow, matrix: Any) -> WordRow:
    box = pymupdf.Rect(row[:4]) * matrix
    return (box.x0, box.y0, box.x1, box.y1, *row[4:])


def _drawn_by(page: Any) -> bytes:
    """What a page draws, as the bytes of its instructions; PyMuPDF's own function copies them thrice."""
    mupdf = pymupdf.mupdf
    try:
        contents = mupdf.pdf_dict_gets(page._pdf_page().obj(), "Contents")
        several = mupdf.pdf_array_len(contents) if mupdf.pdf_is_array(contents) else 0
        streams = [mupdf.pdf_array_get(contents, at) for at in range(several)] or [contents]
        return b" ".join(
            mupdf.fz_buffer_extract_copy(mupdf.pdf_load_stream(each)) if mupdf.pdf_is_stream(each) else b""
            for each in streams
        )
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as fault:
        if "malloc" in str(fault):
            raise
        return b""


def _unseen_on(page: Any, text_page: Any, rows: Sequence[WordRow], builder: TextBuilder) -> list[Flagged]:
    """The words of a page that nobody sees; those beside it, which are in no text, are kept at once."""
    try:
        drawn = _drawn_by(page)
        words = _NOT_STORABLE.sub("", builder.looker.words_beside(page, drawn))[:_LONGEST_UNSEEN]
        if len(_LETTERS.findall(words)) >= _FRAGMENT:
            builder.add_unseen(Unseen("off_page", len(builder.pages) + 1, words=words))
        return builder.looker.unseen_words(page, text_page, rows, drawn)
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as fault:
        if "malloc" in str(fault):
            raise
        return []


def _needs_recognition(page: Any, rows: Sequence[WordRow], is_odd: bool) -> bool:
    """Whether a page shows text that the file does not spell out: almost no words but ink, or words of no letters."""
    if len(rows) < FEW_WORDS:
        return _has_ink(page)
    if not is_odd:
        return False
    text = "".join([row[4] for row in rows])
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
