"""A spreadsheet's rows as text: values and not formulas, whatever separates them, and hostile ones in a sentence."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from review.intake.parsing import ParsedWorkbook, ParseProblem, Worksheet, parse_workbook
from review.intake.parsing.child.workbook import COLUMNS, ROWS


def excel(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def read(path: Path) -> ParsedWorkbook:
    parsed = parse_workbook(path, path.name)
    assert isinstance(parsed, ParsedWorkbook), parsed
    return parsed


def refusal(path: Path) -> str:
    problem = parse_workbook(path, path.name)
    assert isinstance(problem, ParseProblem)
    return problem.sentence


def test_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    rows = [
        ["File", "Date", "Yes or no", "Number", "Words"],
        ["a.pdf", date(2021, 3, 3), True, 3.0, "  two\r\nlines "],
        [],
        ["b.pdf", datetime(2021, 3, 3, 14, 30), False, 2.5, None],  # noqa: DTZ001 (a workbook knows no zones)
    ]
    parsed = read(excel(tmp_path / "review.xlsx", Findings=rows, Empty=[]))

    assert parsed.sheets == (
        Worksheet(
            "Findings",
            (
                (1, ("File", "Date", "Yes or no", "Number", "Words")),
                (2, ("a.pdf", "2021-03-03", "Yes", "3", "two\nlines")),
                (4, ("b.pdf", "2021-03-03 14:30:00", "No", "2.5")),
            ),
        ),
    )


def test_bytes_are_read_whatever_their_place_is_called(tmp_path: Path) -> None:
    blob = excel(tmp_path / "review.xlsx", S=[["File", "Law"]]).rename(tmp_path / "01a2-no-ending")
    parsed = parse_workbook(blob, "review.xlsx")
    assert isinstance(parsed, ParsedWorkbook)
    assert parsed.sheets[0].rows == ((1, ("File", "Law")),)


def test_a_formula_is_the_value_stored_beside_it_and_one_without_is_counted(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "review.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["File", "Term"])
        sheet.write_string(1, 0, "a.pdf")
        sheet.write_formula(1, 1, '=CONCATENATE("3"," years")', value="3 years")
    unread = excel(tmp_path / "unread.xlsx", S=[["File", "Term"], ["a.pdf", "=1+1"]])

    assert read(tmp_path / "review.xlsx").sheets[0].rows[1] == (2, ("a.pdf", "3 years"))
    assert (read(unread).sheets[0].rows[1], read(unread).unread_formulas) == ((2, ("a.pdf",)), 1)


@pytest.mark.parametrize(
    "data",
    [
        b'File,Law\r\n"a, final.pdf","Laws of\nEngland"\r\n',
        b'File;Law\n"a, final.pdf";"Laws of\nEngland"\n',
        b'\xef\xbb\xbfFile\tLaw\n"a, final.pdf"\t"Laws of\nEngland"\n',
        'File,Law\n"a, final.pdf","Laws of\nEngland"\n'.encode("utf-16"),
    ],
)
def test_separated_values_are_told_by_their_first_lines(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "review.csv").write_bytes(data)

    (sheet,) = read(tmp_path / "review.csv").sheets
    assert sheet.rows == ((1, ("File", "Law")), (2, ("a, final.pdf", "Laws of\nEngland")))


def test_too_many_rows_or_columns_are_refused(tmp_path: Path) -> None:
    long = tmp_path / "long.csv"
    long.write_text("a,b\n" * (ROWS + 1))
    wide = excel(tmp_path / "wide.xlsx", S=[["x"] * (COLUMNS + 1)])

    assert refusal(long) == "This spreadsheet has more than 20,000 rows. Split it, and upload the parts."
    assert refusal(wide) == "This spreadsheet has more than 250 columns."


def test_a_far_cell_that_is_empty_costs_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["File"])
    book.active.cell(900_000, 1).number_format = "0.00"
    book.save(tmp_path / "far.xlsx")

    assert read(tmp_path / "far.xlsx").sheets[0].rows == ((1, ("File",)),)


def test_files_that_are_no_spreadsheets_are_named(tmp_path: Path) -> None:
    for name, data, sentence in (
        ("a.xlsx", b"", "This file is empty."),
        ("a.xlsx", b"%PDF-1.7", "This file is a PDF; a spreadsheet is .xlsx or .csv."),
        ("a.docx", b"File,Law", "This file is a text file; a spreadsheet is .xlsx or .csv."),
        ("a.csv", b"\n\n", "There is nothing in this spreadsheet."),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        assert refusal(path) == sentence


def test_an_archive_bomb_and_entities_are_refused(tmp_path: Path) -> None:
    bomb, entities = tmp_path / "bomb.xlsx", tmp_path / "entities.xlsx"
    for path, part in (
        (bomb, b"<x>" + b"0" * (300 << 20)),
        (entities, b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "b">]><workbook/>'),
    ):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/workbook.xml", part)

    assert refusal(bomb) == "This workbook unfolds to far more than its size."
    assert "declares entities" in refusal(entities)


def test_a_workbook_with_its_middle_missing_is_damaged(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")

    assert refusal(tmp_path / "a.xlsx") == "This file is damaged and cannot be read."
