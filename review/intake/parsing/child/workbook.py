"""The rows of a spreadsheet as text: an Excel workbook, or values with separators between them."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from review.intake.parsing.archives import ArchiveLimits, Entry, EntryProblem, open_zip
from review.intake.parsing.types import Limits, ParsedWorkbook, Row, Worksheet

from .progress import Progress
from .refusal import Refusal

SHEETS = 20
ROWS = 20_000
COLUMNS = 250
CELLS = 500_000  # with something in them, of all sheets together
CELL_CHARACTERS = 32_767  # Excel's own
_CHARACTERS = 40_000_000  # of all cells together
_SEPARATORS = ",;\t|"
_LOOKED_AT = 20  # lines, to tell which separator it is


def read_workbook(path: Path, kind: str, limits: Limits, progress: Progress) -> ParsedWorkbook:
    """Every sheet that has something in it. Raises Refusal."""
    if kind == "xlsx":
        workbook = _read_excel(path, limits, progress)
    else:
        rows = _kept(_separated(path), progress)
        workbook = ParsedWorkbook("csv", (Worksheet("", rows),) if rows else ())
    if not workbook.sheets:
        raise Refusal("empty_file", "There is nothing in this spreadsheet.")
    cells = [cell for sheet in workbook.sheets for row in sheet.rows for cell in row[1]]
    if sum(bool(cell) for cell in cells) > CELLS or sum(map(len, cells)) > _CHARACTERS:
        raise Refusal("over_limit", f"This spreadsheet has more than {CELLS:,} cells, or too long ones.")
    return workbook


def _read_excel(path: Path, limits: Limits, progress: Progress) -> ParsedWorkbook:
    _look_inside(path, limits)
    # Opened by us: openpyxl would judge a path by its ending, and a blob has none.
    with path.open("rb") as file:
        formulas = _formulas(file, progress)
        return _values(file, formulas, progress)


def _values(file: IO[bytes], formulas: dict[str, set[tuple[int, int]]], progress: Progress) -> ParsedWorkbook:
    # The values a program stored beside its formulas are read; nothing is ever computed here.
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheets, unread = [], 0
    for sheet in _worksheets(book):
        values = list(_numbered(sheet))
        here = formulas.get(sheet.title, set())
        unread += sum(
            value is None for number, row in values for at, value in enumerate(row) if (number, at) in here
        )
        rows = _kept(((number, [_as_text(value) for value in row]) for number, row in values), progress)
        if rows:
            sheets.append(Worksheet(sheet.title[:100], rows))
    return ParsedWorkbook("xlsx", tuple(sheets), unread)


def _worksheets(book: Any) -> list[ReadOnlyWorksheet]:
    if len(book.worksheets) > SHEETS:
        raise Refusal("over_limit", f"This workbook has more than {SHEETS} sheets.")
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a sheet says of its own size is not believed
    return list(book.worksheets)


def _formulas(file: IO[bytes], progress: Progress) -> dict[str, set[tuple[int, int]]]:
    """Where formulas stand: sheet, row from 1, column from 0."""
    book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    found: dict[str, set[tuple[int, int]]] = {}
    for sheet in _worksheets(book):
        here = found.setdefault(sheet.title, set())
        for number, row in _numbered(sheet):
            here |= {(number, at) for at, value in enumerate(row) if str(value or "").startswith("=")}
        progress.step()
    return found


def _numbered(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows that hold something, with their numbers from 1. Raises Refusal past the caps."""
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if any(value is not None for value in row):
            _refuse_beyond(number, row)
            yield number, row


def _refuse_beyond(number: int, row: Iterable[Any]) -> None:
    if number > ROWS:
        raise Refusal(
            "over_limit", f"This spreadsheet has more than {ROWS:,} rows. Split it, and upload the parts."
        )
    if any(value not in (None, "") for value in list(row)[COLUMNS:]):
        raise Refusal("over_limit", f"This spreadsheet has more than {COLUMNS} columns.")


def _kept(rows: Iterable[tuple[int, list[str]]], progress: Progress) -> tuple[Row, ...]:
    """Rows with text in them, without the empty cells at their ends."""
    kept = []
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            kept.append((number, tuple(cells)))
        progress.step()
    return tuple(kept)


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case float():
            return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    return _clean(str(value))


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(c if c.isprintable() or c in "\n\t" else " " for c in text[:CELL_CHARACTERS])
    return shown.strip()


def _look_inside(path: Path, limits: Limits) -> None:
    """The zip that a workbook is, unpacked once with caps that count real bytes. Raises Refusal."""
    caps = ArchiveLimits(
        entries=2000, entry_bytes=limits.unpacked_bytes, total_bytes=limits.unpacked_bytes, ratio=1000
    )
    try:
        for entry in open_zip(path, caps):
            if isinstance(entry, Entry):
                with entry.open() as file:
                    head = file.read(4096)
                    while file.read(1 << 20):
                        pass
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise Refusal(
                        "corrupt", "This workbook declares entities, which none does; it was not opened."
                    )
            elif entry.cause_code != "skipped":
                raise EntryProblem.Raised(entry)
    except EntryProblem.Raised as raised:
        if raised.problem.cause_code == "over_limit":
            raise Refusal("over_limit", "This workbook unfolds to far more than its size.") from None
        raise Refusal("corrupt", "This workbook is damaged and cannot be opened.") from None


def _separated(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text with separators, with their numbers from 1. Raises Refusal."""
    text = _decoded(path.read_bytes())
    csv.field_size_limit(4 * CELL_CHARACTERS)
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)), start=1
        ):
            if any(row):
                _refuse_beyond(number, row)
                yield number, [_clean(cell) for cell in row]
    except csv.Error:
        raise Refusal("corrupt", "The rows of this file cannot be told apart; save it as .xlsx.") from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Excel writes on many desks


def _separator(text: str) -> str:
    """The separator that parts the first lines into most columns."""
    head = "".join(text.splitlines(keepends=True)[: 5 * _LOOKED_AT])[:200_000]

    def columns(separator: str) -> int:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
        return sum(len(row) for row, _ in zip(rows, range(_LOOKED_AT), strict=False))

    return max(_SEPARATORS, key=columns)
