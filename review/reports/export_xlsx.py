"""A matter as an Excel file: findings, the source of every quote, documents, and what the file is.

No cell is ever a formula: text is written as text, and text that looks like a formula is led by an apostrophe.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from review.accounts.models import User
from review.documents.models import Document, DocumentState, ReadingState
from review.errors import ReviewError
from review.findings.models import MachineState, Origin, ReviewState
from review.matters.models import Matter
from review.readings.sections import covered_by
from review.tenancy.audit import record

from .material import Line, Material, gather
from .words import counted

CELL_LIMIT = 32_767  # UTF-16 units, Excel's own
FIRST_DAY = date(1900, 3, 1)  # earlier days Excel counts wrongly or not at all
ROW_LIMIT = 1_048_576 - 1
LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TooLong(ReviewError):
    """More rows than a sheet holds; part of the findings would be missing without a word."""

    code = "too_long"
    status = 409
    sentence = "This matter has more rows than an Excel sheet holds. Use the API for all of it."


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and the cell it takes from a row's subject."""

    heading: str
    width: int
    cell: Callable[[Any], str | int | float | Decimal | date | None]


def export_xlsx(matter: Matter, *, by: User) -> bytes:
    """The matter as the bytes of an Excel file; recorded in the audit trail. Raises TooLong."""
    material = gather(matter)
    sources = [(line, source) for line in material.lines for source in line.sources]
    if max(len(material.lines), len(sources), len(material.documents), len(material.warnings)) > ROW_LIMIT:
        raise TooLong
    file = BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"{matter.number} {matter.name}", "author": by.name})
        writer = SheetWriter(book)
        writer.sheet("Findings", FINDINGS, material.lines)
        writer.sheet("Sources", SOURCES, sources)
        writer.sheet("Documents", DOCUMENTS, material.documents)
        writer.sheet("Warnings", WARNINGS, material.warnings)
        writer.sheet("Clause types", APPROVALS, material.approvals)
        writer.about(_about(material, by))
    record(by, "matter.exported", matter, kind="xlsx", findings=len(material.lines))
    return file.getvalue()


def safe(text: str) -> str:
    """Text for a cell: never a formula, also after a copy to a CSV file, and never longer than Excel takes."""
    if text.startswith(LOOKS_LIKE_A_FORMULA):
        text = f"'{text}"
    if len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        return text
    note = f" [Shortened here: {counted(len(text), 'character')} in all. The rest is in the document.]"
    kept = text.encode("utf-16-le")[: 2 * (CELL_LIMIT - len(note))].decode("utf-16-le", errors="ignore")
    return kept + note


def _quotes(line: Line) -> str:
    return "\n\n".join(source.quote for source in line.sources)


def _pages(line: Line) -> str:
    return "; ".join(dict.fromkeys(source.pages for source in line.sources))


def _support(line: Line) -> str:
    """Whether a second reading judged the quotes; empty where no case file was read for it."""
    answer = line.finding.case_answer
    return ": ".join(filter(None, (answer.support_label, answer.support_note))) if answer else ""


def _doubts(line: Line) -> str:
    answer = line.finding.case_answer
    return " ".join(dict.fromkeys(doubt.sentence for doubt in answer.doubts.all())) if answer else ""


def _rests_on(line: Line) -> str:
    """What was searched and read again; empty where the whole case file stood before the reader."""
    answer = line.finding.case_answer
    covered = covered_by(answer) if answer else None
    return covered.sentence if covered else ""


def _read_by(line: Line) -> str:
    answer = line.finding.case_answer
    return answer.read_by if answer else ""


def _decided_at(line: Line) -> datetime | None:
    moment = line.standing.decided_at
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment else None


def _problem(document: Document) -> str:
    return document.sentence or document.reading_sentence


FINDINGS = (
    Column("Document", 30, lambda line: line.document.name),
    Column("Path", 34, lambda line: line.document.path),
    Column("Clause type", 24, lambda line: line.finding.question.name),
    Column("Severity", 12, lambda line: line.finding.question.severity.capitalize()),
    Column("Machine state", 14, lambda line: MachineState(line.finding.state).label),
    Column("Human state", 14, lambda line: ReviewState(line.standing.review_state).label),
    Column("Value", 22, lambda line: line.day or line.value),
    Column("Amount", 14, lambda line: line.amount[0] if line.amount else None),
    Column("Currency", 9, lambda line: line.amount[1] if line.amount else ""),
    Column("Quotes", 70, _quotes),
    Column("Page", 9, _pages),
    Column("Decided by", 18, lambda line: line.standing.decided_by),
    Column("Decided at", 16, _decided_at),
    Column("Reason", 30, lambda line: line.standing.reason),
    Column("Score", 8, lambda line: line.finding.score),
    Column("Support", 30, _support),
    Column("Doubts", 34, _doubts),
    Column("Read in sections", 34, _rests_on),
    Column("Read by", 26, _read_by),
    Column("Added by", 12, lambda line: Origin(line.finding.origin).label),
    Column("Possible passages not shown", 14, lambda line: line.possible),
    Column("Finding id", 38, lambda line: str(line.finding.pk)),
)
SOURCES: tuple[Column, ...] = (
    Column("Document", 30, lambda row: row[0].document.name),
    Column("Clause type", 24, lambda row: row[0].finding.question.name),
    Column("Human state", 14, lambda row: ReviewState(row[0].standing.review_state).label),
    Column("Page", 9, lambda row: row[1].pages),
    Column("Start", 11, lambda row: row[1].start),
    Column("End", 11, lambda row: row[1].end),
    Column("Quote", 90, lambda row: row[1].quote),
    Column("SHA-256 of the text", 68, lambda row: row[1].text_sha256),
    Column("Document id", 38, lambda row: str(row[0].document.pk)),
    Column("Finding id", 38, lambda row: str(row[0].finding.pk)),
)
DOCUMENTS = (
    Column("Document", 34, lambda document: document.name),
    Column("Path", 44, lambda document: document.path),
    Column("Type", 8, lambda document: document.kind),
    Column("Pages", 8, lambda document: document.page_count),
    Column("Size in bytes", 13, lambda document: document.size),
    Column("State", 18, lambda document: DocumentState(document.state).label),
    Column("Cause", 18, lambda document: document.cause.replace("_", " ")),
    Column("What happened", 50, _problem),
    Column("Reading", 24, lambda document: ReadingState(document.reading).label),
    Column("Language", 10, lambda document: document.language),
    Column("SHA-256 of the file", 68, lambda document: document.sha256),
    Column("Document id", 38, lambda document: str(document.pk)),
)

WARNINGS: tuple[Column, ...] = (
    Column("Document", 34, lambda row: row.warning.document.name),
    Column("Path", 44, lambda row: row.warning.document.path),
    Column("Kind", 22, lambda row: row.kind_label),
    Column("What gave it away", 30, lambda row: row.warning.cue),
    Column("Page", 8, lambda row: row.warning.page or None),
    Column("Start", 11, lambda row: row.warning.start),
    Column("End", 11, lambda row: row.warning.end),
    Column("Words", 90, lambda row: row.warning.quote),
    Column("Human state", 14, lambda row: row.state.capitalize()),
    Column("Decided by", 18, lambda row: row.decided_by),
    Column("Note", 30, lambda row: row.note),
    Column("Document id", 38, lambda row: str(row.warning.document_id)),
)
APPROVALS = (
    Column("Clause type", 34, lambda row: row[0].name),
    Column("Use of the reader for it", 70, lambda row: row[1].words),
)


def _about(material: Material, by: User) -> list[tuple[str, str | int | datetime]]:
    matter = material.matter
    readers = [f"{name}, fingerprint {fingerprint}" for name, fingerprint in material.readers]
    return [
        ("Firm", material.organization.name),
        ("Matter", matter.name),
        ("Client-matter number", matter.number),
        ("Client", matter.client.name),
        ("Made", timezone.localtime(material.made_at).replace(tzinfo=None, microsecond=0)),
        ("Made by", by.name),
        ("Reader", "; ".join(readers) or "Nothing has been read yet"),
        ("Documents", len(material.documents)),
        ("Documents read", material.read),
        ("Pages", material.pages),
        ("Findings", len(material.lines)),
        *((f"Machine: {state.lower()}", count) for state, count in sorted(material.by_machine_state.items())),
        *((f"People: {state.lower()}", count) for state, count in sorted(material.by_review_state.items())),
        ("Possible passages not shown", material.possible),
        ("Passages that nobody sees or that address a machine", len(material.warnings)),
        (
            "What this file contains",
            "What the machine shows first, and everything people settled. Possible passages are only counted."
            " A finding that is unreviewed has been read by the machine alone: the machine being done does not"
            " mean that it was reviewed.",
        ),
        (
            "How to check a quote",
            "Start and End count Unicode code points of the text whose SHA-256 stands beside them; End is the"
            " first character after the quote. A quote that begins with = + - @ or a tab is led by an"
            " apostrophe here, so that no cell can act as a formula.",
        ),
    ]


class SheetWriter:
    """Writes sheets that look alike. Knows cells and formats, not matters."""

    def __init__(self, book: Workbook) -> None:
        plain = {
            "font_name": "Arial",
            "font_size": 9,
            "valign": "top",
            "border": 1,
            "border_color": "#D9DEE5",
        }
        self.book = book
        self.title = book.add_format(
            {**plain, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F", "text_wrap": True}
        )
        self.text = book.add_format({**plain, "text_wrap": True})
        self.moment = book.add_format({**plain, "num_format": "d mmm yyyy hh:mm", "align": "left"})
        self.day = book.add_format({**plain, "num_format": "d mmm yyyy", "align": "left"})
        self.money = book.add_format({**plain, "num_format": "#,##0.00"})
        self.whole = book.add_format({**plain, "num_format": "#,##0"})
        self.score = book.add_format({**plain, "num_format": "0.00"})
        self.word = book.add_format({**plain, "bold": True, "bg_color": "#EEF2F7", "text_wrap": True})
        self.marks = {
            word: book.add_format({**plain, "text_wrap": True, "bg_color": colour})
            for word, colour in {
                "High": "#F8D7D3",
                "Medium": "#FCEBC8",
                "Unreviewed": "#FCEBC8",
                "Accepted": "#D9EFDF",
                "Edited": "#D9E8F7",
                "Verified": "#BFE3C9",
                "Rejected": "#E6E6E6",
            }.items()
        }

    def sheet(self, name: str, columns: tuple[Column, ...], rows: Iterable[Any]) -> None:
        """One row a subject under frozen headings that can be filtered."""
        sheet: Worksheet = self.book.add_worksheet(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.heading, self.title)
        last = 0
        for last, subject in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                self._write(sheet, last, place, column.cell(subject))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&8&A&R&8&P / &N")

    def about(self, facts: list[tuple[str, str | int | datetime]]) -> None:
        """A sheet of words and what they mean."""
        sheet = self.book.add_worksheet("About")
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 90)
        for row, (word, fact) in enumerate(facts):
            sheet.write_string(row, 0, word, self.word)
            self._write(sheet, row, 1, fact)

    def _write(
        self, sheet: Worksheet, row: int, place: int, cell: str | int | float | Decimal | date | None
    ) -> None:
        match cell:
            case None | "":
                sheet.write_blank(row, place, None, self.text)
            case datetime():
                sheet.write_datetime(row, place, cell, self.moment)
            case date() if cell < FIRST_DAY:
                sheet.write_string(row, place, cell.isoformat(), self.text)
            case date():
                sheet.write_datetime(row, place, datetime.combine(cell, time.min), self.day)
            case Decimal():
                sheet.write_number(row, place, float(cell), self.money)
            case float():
                sheet.write_number(row, place, cell, self.score)
            case int():
                sheet.write_number(row, place, cell, self.whole)
            case str():
                sheet.write_string(row, place, safe(cell), self._format_of(cell))

    def _format_of(self, text: str) -> Format:
        return self.marks.get(text, self.text)
