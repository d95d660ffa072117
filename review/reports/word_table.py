"""Tables of a Word file, written downwards row by row. Knows WordprocessingML, not matters.

The elements are made directly: python-docx's own rows cost four milliseconds each, twenty seconds for a long report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm
from lxml.etree import SubElement

from .words import printable

RULE = "C9D1DC"
HEAD_FILL = "1F3A5F"
FORM_ORDER = [
    qn(f"w:{name}")
    for name in (
        "tblStyle",
        "tblW",
        "jc",
        "tblInd",
        "tblBorders",
        "shd",
        "tblLayout",
        "tblCellMar",
        "tblLook",
    )
]
MARGINS = (("top", 50), ("left", 85), ("bottom", 40), ("right", 85))  # twentieths of a point


class Words(NamedTuple):
    """One paragraph of a cell, in a style of the report."""

    text: str
    style: str = "Cell"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The paragraphs of a cell, and its background as six hexadecimal digits."""

    words: Sequence[Words]
    fill: str = ""


class Rows:
    """A table with columns of these widths in centimetres; its heads repeat on every page."""

    def __init__(self, report: Document, widths: Sequence[float], heads: Sequence[str] = ()) -> None:
        made = report.add_table(rows=0, cols=len(widths))
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Cm(width)
        self._widths = [str(round(width * 567)) for width in widths]  # twentieths of a point
        self._table: Any = made._tbl
        self._dress()
        if heads:
            cells = [Cell([Words(head, "Cell head")], HEAD_FILL) for head in heads]
            self._row(cells, "w:cantSplit", "w:tblHeader")

    def add(self, *cells: Cell | str, fill: str = "", together: bool = True) -> None:
        """A row; `together` keeps it on one page."""
        whole = [Cell([Words(cell)], fill) if isinstance(cell, str) else cell for cell in cells]
        self._row(whole, *(("w:cantSplit",) if together else ()))

    def band(self, text: str, *, fill: str) -> None:
        """A row across the whole table, kept with the row below it."""
        self._row([Cell([Words(text, bold=True)], fill)], "w:cantSplit", across=True)

    def _row(self, cells: Sequence[Cell], *properties: str, across: bool = False) -> None:
        row = SubElement(self._table, qn("w:tr"))
        if properties:
            of_row = SubElement(row, qn("w:trPr"))
            for name in properties:
                SubElement(of_row, qn(name))
        widths = [str(sum(map(int, self._widths)))] if across else self._widths
        for cell, width in zip(cells, widths, strict=True):
            made = SubElement(row, qn("w:tc"))
            of_cell = SubElement(made, qn("w:tcPr"))
            _with(of_cell, "w:tcW", w=width, type="dxa")
            if across:
                _with(of_cell, "w:gridSpan", val=str(len(self._widths)))
            if cell.fill:
                _with(of_cell, "w:shd", val="clear", color="auto", fill=cell.fill)
            for words in cell.words:
                _paragraph(made, words, keep_with_next=across)

    def _dress(self) -> None:
        """Thin rules between the rows, and room within the cells."""
        form = self._table.tblPr
        borders = SubElement(form, qn("w:tblBorders"))
        for side in ("top", "bottom", "insideH"):
            _with(borders, f"w:{side}", val="single", sz="4", space="0", color=RULE)
        margins = SubElement(form, qn("w:tblCellMar"))
        for side, width in MARGINS:
            _with(margins, f"w:{side}", w=str(width), type="dxa")
        # Word insists on the order of these, and calls the file damaged otherwise.
        form[:] = sorted(form, key=lambda part: FORM_ORDER.index(part.tag))


def _paragraph(cell: Any, words: Words, *, keep_with_next: bool) -> None:
    paragraph = SubElement(cell, qn("w:p"))
    form = SubElement(paragraph, qn("w:pPr"))
    _with(form, "w:pStyle", val=words.style.replace(" ", ""))
    if keep_with_next:
        SubElement(form, qn("w:keepNext"))
    run = SubElement(paragraph, qn("w:r"))
    if words.bold:
        SubElement(SubElement(run, qn("w:rPr")), qn("w:b"))
    text = SubElement(run, qn("w:t"))
    text.text = " ".join(printable(words.text).splitlines())
    text.set(qn("xml:space"), "preserve")


def _with(parent: Any, name: str, **attributes: str) -> None:
    element = SubElement(parent, qn(name))
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
