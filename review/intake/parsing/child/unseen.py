"""Words of a page that a person does not see: invisible, white, under something, too small, or beside the page.

Looking costs more than reading the page, so each page is first asked cheaply, of what reading it has made anyway,
whether it can hold such words; almost none can.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import Any, NamedTuple

from review.intake.parsing.types import UnseenKind

from .mupdf import pymupdf

SMALLEST = 3.0  # points: below it nobody reads
_SMALL_BOX = 4.5  # points: a word's box is higher than its letters
_DPI, _MOST_PIXELS = 100, 4_000_000
_CONTRAST = 20  # of 255 steps of grey between ink and paper; with less nothing shows
_OPAQUE = 0.06
_PALE_FROM = 0.82  # of full red, green and blue alike
_SCAN = 0.5  # of a page: images that its words may belong to, as a scan with its recognised text
_BAND = 8.0  # points; words are looked up by the band they lie in
_FRUITLESS = 3  # pages of one document
_SAMPLED = 10  # of the pages after them one in so many is looked at
_LINES = 8
_MOST_COVERS = 200
_MOST_BANDS = 500
_MOST = 20_000  # spans of one page, and boxes drawn on it
_SMALL = re.compile(rb"font-size:[012]\.")
_PALE = re.compile(rb"color:#[d-f].[d-f].[d-f]")
_EVERYWHERE = pymupdf.INFINITE_RECT()

Box = tuple[float, float, float, float]
Row = Any  # as pdf.WordRow, before the page is turned


class Flagged(NamedTuple):
    """A word of a page by its number, and why nobody sees it."""

    number: int
    kind: UnseenKind


@dataclass(slots=True)
class Looker:
    """Looks at the pages of one document, and learns where looking is in vain: a logo on every page covers nothing."""

    in_vain: int = 0
    beside_in_vain: int = 0

    def unseen_words(self, page: Any, text_page: Any, rows: Sequence[Row], drawn: bytes) -> list[Flagged]:
        """The words of a page that nobody sees. `drawn` is what the page draws, as bytes."""
        if not rows:
            return []
        found: dict[int, UnseenKind] = {}
        pale: set[int] = set()
        untold: set[int] = set()
        if _has_odd_style(text_page, rows):
            found, pale, untold = _by_style(page, rows)
        covered = _covered(page, rows) if self._may_cover(page, drawn) else set()
        doubtful = (pale | untold | covered) - found.keys()
        for number in _without_contrast(page, rows, doubtful) if doubtful else ():
            found[number] = "white" if number in pale else "hidden"
        return [Flagged(number, kind) for number, kind in sorted(found.items())]

    def words_beside(self, page: Any, drawn: bytes) -> str:
        """What is written where the page does not reach, and hence stands in no text of it."""
        if self.beside_in_vain >= _FRUITLESS or not _may_reach_out(page, drawn):
            return ""
        words = _words_beside(page)
        self.beside_in_vain += not words
        return words

    def _may_cover(self, page: Any, drawn: bytes) -> bool:
        """Whether a box, an image or a note may be drawn over words that came before it."""
        first = drawn.find(b"Tj")
        if first < 0:
            first = drawn.find(b"TJ")
        if first < 0 or not (_has_notes(page) or _draws_over(page, drawn, first)):
            return False
        self.in_vain += 1
        return self.in_vain <= _FRUITLESS or self.in_vain % _SAMPLED == 0


def _may_reach_out(page: Any, drawn: bytes) -> bool:
    """Whether a page may have words where it does not reach: it is cut, or a line begins off it, in plain points."""
    if _is_cut(page):
        return True
    # The ends of what is drawn: all of it would cost a page with many lines too much, and nothing beside is ever read.
    begins = (*drawn.split(b" Tm", _LINES)[:-1], *drawn.rsplit(b" Tm", _LINES)[1:-1])
    if not begins:
        return False
    shown = page.rect
    width, height = shown.width, shown.height
    if page.rotation in (90, 270):
        width, height = height, width
    for before in begins:
        try:
            x, y = map(float, before[-30:].split()[-2:])
        except ValueError:
            continue
        if not (-9 < x < width and -9 < y < height):
            return True
    return False


def _is_cut(page: Any) -> bool:
    """Whether less is shown than there is; asked below Python's own properties, which cost as much as the drawing."""
    mupdf, keys = pymupdf.mupdf, page._pdf_page().obj()
    shown = mupdf.pdf_dict_gets_inheritable(keys, "CropBox")
    if not shown.m_internal:
        return False
    there = mupdf.pdf_to_rect(mupdf.pdf_dict_gets_inheritable(keys, "MediaBox"))
    box = mupdf.pdf_to_rect(shown)
    return bool(box.x0 > there.x0 or box.y0 > there.y0 or box.x1 < there.x1 or box.y1 < there.y1)


def _words_beside(page: Any) -> str:
    """What is written where the page does not reach, and hence stands in no text of it."""
    shown = page.cropbox
    width, height = shown.width, shown.height
    everywhere = page.get_textpage(clip=_EVERYWHERE, flags=pymupdf.TEXT_PRESERVE_WHITESPACE).extractWORDS()
    beside = [
        row[4] for row in everywhere if row[2] <= 0 or row[3] <= 0 or row[0] >= width or row[1] >= height
    ]
    return " ".join(beside)


def _has_odd_style(text_page: Any, rows: Sequence[Row]) -> bool:
    """Whether any words are small, pale or without ink; right to say yes too often."""
    styled = _styled(text_page)
    spans = styled.count(b"<span style=")
    if styled.count(b";color:#000000") < spans and (
        styled.count(b";color:#") < spans or _PALE.search(styled)
    ):
        return True  # a style without a colour: nothing is painted
    return _SMALL.search(styled) is not None and min(row[3] - row[1] for row in rows) < _SMALL_BOX


def _styled(text_page: Any) -> bytes:
    """The text with the style of each of its spans, made by MuPDF of what it has read already."""
    mupdf = pymupdf.mupdf
    buffer = mupdf.fz_new_buffer(16384)
    out = mupdf.FzOutput(buffer)
    mupdf.fz_print_stext_page_as_html(out, text_page.this, 0)
    out.fz_close_output()
    styled: bytes = mupdf.fz_buffer_extract_copy(buffer)
    return styled


def _has_notes(page: Any) -> bool:
    has_any = pymupdf.mupdf.pdf_dict_gets(page._pdf_page().obj(), "Annots").m_internal
    return bool(has_any) and page.first_annot is not None  # links are no notes


def _draws_over(page: Any, drawn: bytes, first: int) -> bool:
    """Whether anything with an area is drawn after the first words; each look through a whole page costs something."""
    may_draw_others = _has_others(page)
    if not may_draw_others and not _has_thick(drawn, first):
        return False
    first = max(first, drawn.find(b"TJ"))
    return (may_draw_others and drawn.find(b" Do", first) >= 0) or _has_thick(drawn, first)


def _has_others(page: Any) -> bool:
    """Whether a page has images or forms to draw."""
    mupdf = pymupdf.mupdf
    resources = mupdf.pdf_dict_gets_inheritable(page._pdf_page().obj(), "Resources")
    return bool(mupdf.pdf_dict_len(mupdf.pdf_dict_gets(resources, "XObject")))


def _has_thick(drawn: bytes, first: int) -> bool:
    return any(starmap(_is_thick, pairwise(drawn[first:].split(b" re"))))


def _is_thick(before: bytes, after: bytes) -> bool:
    """Whether the box whose numbers end here is more than a line, and is not what the rest is cut to."""
    if after.lstrip()[:1] == b"W":
        return False
    try:
        width, height = map(float, before[-30:].split()[-2:])
    except ValueError:
        return False
    return abs(width) > 6 and abs(height) > 6


def _by_style(page: Any, rows: Sequence[Row]) -> tuple[dict[int, UnseenKind], set[int], set[int]]:
    """The words without ink and the tiny; the pale, which may lie on something dark; and those not told of."""
    bands = _in_bands(rows)
    spans = page.get_texttrace()[:_MOST]
    scans = _scans(page) if any(span["type"] == 3 for span in spans) else []
    found: dict[int, UnseenKind] = {}
    pale: set[int] = set()
    untold = set(range(len(rows)))  # only painted over by other means, as letters that cut out a shape
    for span in spans:
        is_without_ink = span["opacity"] < _OPAQUE or span["type"] == 3
        is_pale = min(span["color"] or (0.0,)) > _PALE_FROM
        for number in _words_in(span, rows, bands):
            untold.discard(number)
            if is_without_ink:
                if not (span["type"] == 3 and _is_inside(rows[number], scans)):
                    found[number] = "hidden"
            elif span["size"] < SMALLEST:
                found[number] = "tiny"
            elif is_pale:
                pale.add(number)
    return found, pale, untold


def _in_bands(rows: Sequence[Row]) -> dict[int, list[int]]:
    bands: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        bands.setdefault(_band(row), []).append(number)
    return bands


def _words_in(span: Any, rows: Sequence[Row], bands: dict[int, list[int]]) -> Iterator[int]:
    """The numbers of the words whose middle lies in a span that holds their letters."""
    x0, y0, x1, y1 = span["bbox"]
    letters = {chr(char[0]) for char in span["chars"] if char[0] > 0}
    first = int((y0 - 1) // _BAND)
    for band in range(first, min(int((y1 + 1) // _BAND), first + _MOST_BANDS) + 1):
        for number in bands.get(band, ()):
            left, top, right, foot, word = rows[number][:5]
            x, y = (left + right) / 2, (top + foot) / 2
            if x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1 and not letters.isdisjoint(word):
                yield number


def _scans(page: Any) -> list[Box]:
    """The images of a page, where they make up most of it."""
    images = [pymupdf.Rect(box) & page.rect for kind, box in page.get_bboxlog()[:_MOST] if "image" in kind]
    enough = sum(abs(image) for image in images) >= _SCAN * abs(page.rect)
    return [tuple(image) for image in images] if enough else []


def _is_inside(row: Sequence[float], boxes: Iterable[Box]) -> bool:
    x, y = (row[0] + row[2]) / 2, (row[1] + row[3]) / 2
    return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in boxes)


def _covered(page: Any, rows: Sequence[Row]) -> set[int]:
    """The words over whose middle something with an area is drawn after them."""
    covers: dict[int, list[Box]] = {}  # by band
    beneath: dict[int, list[Box]] = {}
    number = 0
    for kind, box in reversed(page.get_bboxlog()[:_MOST]):
        if "text" in kind:
            band = _band(box)
            if band in covers and _is_inside(box, covers[band]):
                beneath.setdefault(band, []).append(box)
        elif kind != "stroke-path" and box[2] - box[0] > 6 and box[3] - box[1] > 6 and number < _MOST_COVERS:
            number += 1
            for band in range(max(0, int(box[1] // _BAND)), min(int(box[3] // _BAND), _MOST_BANDS) + 1):
                covers.setdefault(band, []).append(box)
    if not beneath:
        return set()
    return {
        at
        for at, row in enumerate(rows)
        if _is_inside(row, covers.get(_band(row), ()))
        and any(_is_inside(row, beneath.get(_band(row) + step, ())) for step in (-1, 0, 1))
    }


def _band(box: Sequence[float]) -> int:
    return int((box[1] + box[3]) / 2 // _BAND)


def _without_contrast(page: Any, rows: Sequence[Row], numbers: Iterable[int]) -> Iterator[int]:
    """Those of some words where the drawn page shows one even tone."""
    dpi = min(_DPI, int((_MOST_PIXELS / max(abs(page.rect) / 72**2, 1e-6)) ** 0.5))
    if dpi < 40:
        return
    image = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False)
    samples, scale = image.samples_mv, dpi / 72
    for number in numbers:
        box = pymupdf.Rect(rows[number][:4]) * page.rotation_matrix * scale
        margin = box.height * 0.15
        top, foot = max(0, int(box.y0 + margin)), min(image.height, int(box.y1 - margin) + 1)
        left, right = max(0, int(box.x0)), min(image.width, int(box.x1) + 1)
        lines = [samples[y * image.stride + left : y * image.stride + right] for y in range(top, foot)]
        lines = [line for line in lines if len(line)]
        if lines and max(map(max, lines)) - min(map(min, lines)) < _CONTRAST:
            yield number
