"""Word files with real revisions and comments, the same bytes every time."""

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from deploy.sample.markup import Block, runs_of

MARKED = re.compile(r"(\{\+[^:]+:.*?\+\}|\{-[^:]+:.*?-\}|\{\?[^:]+:.*?\?\})")
REVISED = {"Priya Raman": "2024-10-21T09:14:00Z", "Tobias Lindqvist": "2024-10-18T16:40:00Z"}
INDENT = 36


class WordFile:
    """A Word document being written block by block."""

    def __init__(self, *, font: str, size: float, header: str, title: str, author: str, date: str) -> None:
        self.document: WordDocument = Document()
        self.revisions = 0
        self._set_fonts(font, size)
        self._set_properties(title, author, datetime.strptime(date, "%Y%m%d").replace(tzinfo=UTC))
        section = self.document.sections[0]
        section.page_width, section.page_height = Pt(595), Pt(842)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Pt(72)
        section.header.paragraphs[0].text = header
        section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._number_pages(section.footer.paragraphs[0])

    def _set_fonts(self, font: str, size: float) -> None:
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = font, Pt(size)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
        style.paragraph_format.space_after = Pt(6)

    def _set_properties(self, title: str, author: str, date: datetime) -> None:
        properties = self.document.core_properties
        properties.title, properties.author, properties.last_modified_by = title, author, author
        properties.created = properties.modified = properties.last_printed = date
        properties.comments, properties.revision = "", 4

    def _number_pages(self, paragraph: Paragraph) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        field: Any = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        field.append(_run_element("1"))
        paragraph._p.append(field)

    def add_all(self, blocks: list[Block]) -> None:
        for block in blocks:
            getattr(self, f"add_{block.kind}")(block)

    def add_title(self, block: Block) -> None:
        paragraph = self._line(f"**{block.text}**", WD_ALIGN_PARAGRAPH.CENTER)
        paragraph.paragraph_format.space_after = Pt(12)
        for run in paragraph.runs:
            run.font.size = Pt(14)

    def add_centre(self, block: Block) -> None:
        self._line(f"{block.label} {block.text}".strip(), WD_ALIGN_PARAGRAPH.CENTER)

    def add_heading(self, block: Block) -> None:
        paragraph = self._line(f"**{block.label}\t{block.text}**" if block.label else f"**{block.text}**")
        paragraph.paragraph_format.space_before = Pt(10)
        paragraph.paragraph_format.keep_with_next = True
        self._hang(paragraph, 0, bool(block.label))

    add_part = add_heading

    def add_paragraph(self, block: Block) -> None:
        paragraph = self._line(f"{block.label}\t{block.text}" if block.label else block.text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        self._hang(paragraph, block.level, bool(block.label))

    def add_space(self, block: Block) -> None:
        self.document.add_paragraph().paragraph_format.space_after = Pt(float(block.text))

    def add_page(self, block: Block) -> None:
        self.document.add_page_break()

    def add_table(self, block: Block) -> None:
        table = self.document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for number, row in enumerate(block.rows):
            for cell, words in zip(table.add_row().cells, row, strict=True):
                self._fill(cell.paragraphs[0], words if number else f"**{words}**")
                cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def add_sign(self, block: Block) -> None:
        table = self.document.add_table(rows=0, cols=2)
        for party, name, office in block.rows:
            left, right = table.add_row().cells
            self._fill(
                left.paragraphs[0], f"Signed by **{name.upper()}** for and on behalf of **{party.upper()}**"
            )
            self._fill(right.paragraphs[0], "." * 44)
            self._fill(right.add_paragraph(), office)

    def _line(self, text: str, alignment: WD_ALIGN_PARAGRAPH | None = None) -> Paragraph:
        paragraph = self.document.add_paragraph()
        if alignment is not None:
            paragraph.alignment = alignment
        self._fill(paragraph, text)
        return paragraph

    def _hang(self, paragraph: Paragraph, level: int, is_numbered: bool) -> None:
        manner = paragraph.paragraph_format
        manner.left_indent = Pt(INDENT * (level + is_numbered))
        if is_numbered:
            manner.first_line_indent = Pt(-INDENT)
            manner.tab_stops.add_tab_stop(Pt(INDENT * (level + 1)))

    def _fill(self, paragraph: Paragraph, text: str) -> None:
        for piece in MARKED.split(text):
            if MARKED.fullmatch(piece):
                self._add_marked(paragraph, piece)
            else:
                for style, words in runs_of(piece):
                    run = paragraph.add_run(words)
                    run.bold, run.italic = "b" in style or None, "i" in style or None

    def _add_marked(self, paragraph: Paragraph, piece: str) -> None:
        author, _, words = piece[2:-2].partition(":")
        if piece[1] == "?":
            remark, _, anchor = words.partition(" | ")
            self._comment(paragraph.add_run(anchor), author, remark.strip())
        else:
            self._revise(paragraph, author, words[1:], is_insertion=piece[1] == "+")

    def _revise(self, paragraph: Paragraph, author: str, words: str, *, is_insertion: bool) -> None:
        self.revisions += 1
        mark: Any = OxmlElement("w:ins" if is_insertion else "w:del")
        mark.set(qn("w:id"), str(900 + self.revisions))
        mark.set(qn("w:author"), author)
        mark.set(qn("w:date"), REVISED[author])
        mark.append(_run_element(words, "w:t" if is_insertion else "w:delText"))
        paragraph._p.append(mark)

    def _comment(self, run: Run, author: str, remark: str) -> None:
        initials = "".join(name[0] for name in author.split())
        comment = self.document.add_comment(run, text=remark, author=author, initials=initials)
        comment._comment_elm.set(qn("w:date"), REVISED[author])

    def to_bytes(self) -> bytes:
        """The file, packed with one fixed time for all of its parts."""
        loose, packed = BytesIO(), BytesIO()
        self.document.save(loose)
        with zipfile.ZipFile(loose) as source, zipfile.ZipFile(packed, "w") as target:
            for name in source.namelist():
                part = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                part.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(part, source.read(name), compresslevel=6)
        return packed.getvalue()


def _run_element(words: str, tag: str = "w:t") -> Any:
    run, text = OxmlElement("w:r"), OxmlElement(tag)
    text.text = words
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(text)
    return run
