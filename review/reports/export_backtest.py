"""The result of a back-test as an Excel or a CSV file: the figures, and every line with the words of both sides."""

import csv
import io
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook

from review.accounts.models import User
from review.measurement.errors import NothingToCompare
from review.measurement.models import BackTest, BackTestRun, Comparison, Ruling, Verdict
from review.measurement.selectors import (
    Figures,
    Line,
    Passage,
    Tally,
    figures_of,
    latest_run,
    lines_of,
    with_ruling,
)
from review.tenancy.audit import record

from .export_xlsx import Column, SheetWriter, safe


def _words(passages: tuple[Passage, ...]) -> str:
    return "\n\n".join(passage.words for passage in passages)


def _places(passages: tuple[Passage, ...]) -> str:
    return "; ".join(f"p. {at.page}, {at.start} to {at.end}" for at in passages)


def _ruling(line: Line) -> str:
    return Ruling(line.ruling).label if line.is_disputed else ""


LINES: tuple[Column, ...] = (
    Column("Document", 30, lambda line: line.comparison.document.name if line.comparison.document else ""),
    Column("Named in the spreadsheet", 26, lambda line: line.comparison.named),
    Column("Rows", 8, lambda line: ", ".join(map(str, line.comparison.row_numbers))),
    Column("Question", 24, lambda line: line.comparison.question.name if line.comparison.question else ""),
    Column("Result", 22, lambda line: Verdict(line.comparison.verdict).label),
    Column("Why not comparable", 26, lambda line: line.comparison.reason),
    Column("The people", 60, lambda line: line.comparison.people),
    Column("Their words stand at (suggestion)", 18, lambda line: _places(line.suggested)),
    Column("The reader shows", 60, lambda line: _words(line.shown)),
    Column("At", 18, lambda line: _places(line.shown)),
    Column("The reader folds away", 40, lambda line: _words(line.folded)),
    Column("Nearest passage", 40, lambda line: _words(line.nearest)),
    Column("Adjudicated", 20, _ruling),
    Column("By", 16, lambda line: line.latest.decided_by.name if line.latest else ""),
    Column("Note", 30, lambda line: line.latest.note if line.latest else ""),
)


def _count(verdict: Verdict) -> Column:
    return Column(verdict.label, 14, lambda row: row[1].of(verdict))


FIGURES: tuple[Column, ...] = (
    Column("Question", 30, lambda row: row[0]),
    Column("Comparable", 12, lambda row: row[1].comparable),
    *map(_count, Verdict),
    Column("Agreement", 12, lambda row: row[1].agreement),
    Column("Reader right after adjudication", 14, lambda row: row[1].share(row[1].reader_right)),
    Column("People right after adjudication", 14, lambda row: row[1].share(row[1].people_right)),
    Column("Undecided", 12, lambda row: row[1].undecided),
)


def backtest_xlsx(backtest: BackTest, *, by: User) -> bytes:
    """The newest result as the bytes of an Excel file; recorded in the audit trail. Raises NothingToCompare."""
    run, lines = _result(backtest)
    figures = figures_of(run)
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"Back-test: {backtest.name}"[:250], "author": by.name})
        writer = SheetWriter(book)
        writer.sheet("Figures", FIGURES, _rows(figures))
        writer.sheet("Lines", LINES, lines)
        writer.about(_about(backtest, run, figures, by))
    record(by, "backtest.exported", backtest, kind="xlsx", lines=len(lines))
    return file.getvalue()


def backtest_csv(backtest: BackTest, *, by: User) -> bytes:
    """Every line of the newest result; recorded in the audit trail. Raises NothingToCompare."""
    _run, lines = _result(backtest)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([column.heading for column in LINES])
    writer.writerows([safe(str(column.cell(line) or "")) for column in LINES] for line in lines)
    record(by, "backtest.exported", backtest, kind="csv", lines=len(lines))
    return b"\xef\xbb\xbf" + file.getvalue().encode()  # Excel takes it for UTF-8 by this mark


def _result(backtest: BackTest) -> tuple[BackTestRun, list[Line]]:
    run = latest_run(backtest)
    if run is None:
        raise NothingToCompare
    rows: Any = with_ruling(Comparison.objects.filter(run=run))
    return run, lines_of(rows.select_related("document", "question", "finding", "text").order_by("ordinal"))


def _rows(figures: Figures) -> list[tuple[str, Tally]]:
    return [("All questions", figures.total), *((each.name, tally) for each, tally in figures.by_question)]


def _about(backtest: BackTest, run: BackTestRun, figures: Figures, by: User) -> list[tuple[str, Any]]:
    return [
        ("Spreadsheet", backtest.name),
        ("SHA-256 of the spreadsheet", backtest.sha256),
        ("Matter", backtest.matter.name),
        ("Client-matter number", backtest.matter.number),
        ("Compared", timezone.localtime(run.created_at).replace(tzinfo=None, microsecond=0)),
        ("Compared by", run.started_by.name),
        ("Made by", by.name),
        ("Rows without a document", figures.without_document),
        ("Documents without a row", figures.without_row),
        (
            "When two sides agree",
            "Quotes agree when half of their words are the same or one stands within the other; values agree in their"
            " date, length of time, number or words. One agreeing quote is enough. What the reader folds away does not"
            " count as found. Where the people's words stand in a document is a suggestion made by comparing letters.",
        ),
    ]
