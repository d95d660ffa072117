"""The pages of a back-test and of measured clause types, as ada, ben, and strangers meet them."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from review.findings.services import accept_finding
from review.measurement.models import Adjudication, BackTest, Comparison
from tests.cast import GOVERNING_LAW, as_csv, as_person, back_test, find, spreadsheet
from tests.workers import work_off

ROWS = [
    ["File", "Governing law", "Anti-assignment"],
    ["Supply agreement.txt", "=Peru", "n/a"],
    ["Side letter.pdf", "England", "n/a"],
]


@pytest.fixture
def found(document: Any) -> None:
    find(document, "governing-law", GOVERNING_LAW)
    find(document, "anti-assignment", None)


@pytest.fixture
def compared(ada: Any, matter: Any, found: None) -> BackTest:
    return back_test(matter, ada, ROWS)


def differing(person: Any) -> Comparison:
    with as_person(person):
        return Comparison.objects.get(verdict="differ")


def test_from_a_spreadsheet_to_a_result(ben_browser: Browser, ben: Any, matter: Any, found: None) -> None:
    file = SimpleUploadedFile("review.csv", as_csv(ROWS))
    answer = ben_browser.post(f"/matters/{matter.pk}/backtests/", {"file": file}, follow=True)
    assert "Waiting for a worker." in answer.content.decode()
    work_off(matter, "sheet")

    address = answer.redirect_chain[-1][0]
    page = ben_browser.get(address).content.decode()
    assert '<option value="document" selected>' in page
    assert '<option value="governing-law" selected>' in page
    sent = {"sheet": "1", "heading_row": "1", "is-0": "document", "is-1": "governing-law", "as-1": "value"}
    ben_browser.post(f"{address}compare/", {**sent, "nothing": "n/a"})
    work_off(matter, "compare")

    page = ben_browser.get(address).content.decode()
    assert "They differ" in page
    assert "=Peru" in page
    assert GOVERNING_LAW in page
    assert re.search(r'href="/documents/[0-9a-f-]+/\?start=\d+&amp;end=\d+&amp;finding=[0-9a-f-]+"', page)
    assert "1 row of the spreadsheet</a> names no document" in page


def test_a_refused_upload_says_why_beside_the_field(ben_browser: Browser, matter: Any) -> None:
    answer = ben_browser.post(f"/matters/{matter.pk}/backtests/", {})
    assert answer.status_code == 422
    assert "Choose the spreadsheet first." in answer.content.decode()
    file = SimpleUploadedFile(
        "review.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le")
    )
    answer = ben_browser.post(f"/matters/{matter.pk}/backtests/", {"file": file}, follow=True)
    work_off(matter, "sheet")
    page = ben_browser.get(answer.redirect_chain[-1][0]).content.decode()
    assert "This is an old Excel workbook (.xls). Save it as .xlsx." in page


def test_wrong_columns_are_said_where_they_were_chosen_and_nothing_is_lost(
    ben_browser: Browser, ben: Any, matter: Any, found: None
) -> None:
    backtest = spreadsheet(matter, ben, ROWS)
    sent = {"sheet": "1", "heading_row": "1", "is-0": "document", "is-2": "document", "is-1": "insurance"}
    answer = ben_browser.post(f"/backtests/{backtest.pk}/compare/", {**sent, "nothing": "zilch"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="wrong-2"' in page
    assert "Only one column can name the document." in page
    assert '<option value="insurance" selected>' in page
    assert 'value="zilch"' in page


def test_a_line_is_ruled_and_answers_htmx_with_itself(
    ben_browser: Browser, ben: Any, compared: BackTest
) -> None:
    line = differing(ben)
    answer = ben_browser.post(
        f"/comparisons/{line.pk}/rule/",
        {"ruling": "reader", "note": "Clear."},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert page.strip().startswith('<li class="backtest-line"')
    assert 'value="reader" aria-pressed="true"' in page
    assert "Clear." in page
    with as_person(ben):
        assert Adjudication.objects.get().decided_by_id == ben.pk
    whole = ben_browser.get(f"/backtests/{compared.pk}/?show=all&ruling=reader").content.decode()
    assert whole.count("data-line") == 1


def test_a_plain_form_goes_back_to_the_line(ben_browser: Browser, ben: Any, compared: BackTest) -> None:
    line = differing(ben)
    answer = ben_browser.post(f"/comparisons/{line.pk}/rule/", {"ruling": "people"})
    assert answer.headers["Location"] == f"/backtests/{compared.pk}/#line-{line.pk}"
    answer = ben_browser.post(f"/comparisons/{line.pk}/rule/", {"ruling": "nobody"})
    assert answer.status_code == 400


def test_the_filters_narrow_the_lines(ben_browser: Browser, compared: BackTest) -> None:
    def shown(query: str) -> int:
        return ben_browser.get(f"/backtests/{compared.pk}/?{query}").content.decode().count("data-line ")

    assert [shown(query) for query in ("", "show=all", "show=agree_nothing", "show=not_comparable")] == [
        1,
        3,
        1,
        1,
    ]
    assert (shown("question=anti-assignment"), shown("show=all&question=anti-assignment")) == (0, 1)
    assert shown("show=nonsense&page=99") == 1


def test_the_result_leaves_as_files_without_formulas(ben_browser: Browser, compared: BackTest) -> None:
    excel = ben_browser.get(f"/backtests/{compared.pk}/result.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(excel.content))
    cells = {str(cell.value) for row in book["Lines"].iter_rows() for cell in row}
    assert "'=Peru" in cells
    assert GOVERNING_LAW in cells
    assert [cell.value for cell in book["Figures"][2]][:2] == ["All questions", 2]
    assert "back-test.xlsx" in excel.headers["Content-Disposition"]
    text = ben_browser.get(f"/backtests/{compared.pk}/result.csv").content.decode("utf-8-sig")
    assert "'=Peru" in text
    assert ",=" not in text


def test_only_who_reviews_is_offered_to_rule(
    ada_browser: Browser, ben_browser: Browser, ben: Any, matter: Any, compared: BackTest
) -> None:
    ada_browser.post(f"/matters/{matter.pk}/people/add/", {"person": str(ben.pk), "role": "read_only"})
    page = ben_browser.get(f"/backtests/{compared.pk}/").content.decode()
    assert "They differ" in page
    assert "/rule/" not in page
    assert (
        ben_browser.post(f"/comparisons/{differing(ben).pk}/rule/", {"ruling": "reader"}).status_code == 403
    )
    assert 'type="file"' not in ben_browser.get(f"/matters/{matter.pk}/backtests/").content.decode()


# --- Clause types measured ------------------------------------------------------------------------------


def test_the_knowledge_lawyer_approves_a_clause_type_and_the_grid_says_so(
    ada_browser: Browser, ada: Any, ben: Any, matter: Any, finding: Any
) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
    grid = ada_browser.get(f"/matters/{matter.pk}/grid/?clause=governing-law").content.decode()
    assert "Not yet approved" in grid

    answer = ada_browser.post(
        "/measured/governing-law/decide/", {"decision": "approve", "note": "Fine."}, follow=True
    )
    page = answer.content.decode()
    assert "Governing Law is approved for use." in page
    assert "by Ada, measured on 1 judged cell. Fine." in page
    grid = ada_browser.get(f"/matters/{matter.pk}/grid/?clause=governing-law").content.decode()
    assert "by Ada, measured on 1 judged cell" in grid
    assert "column-approval is-approved" in grid


def test_few_judged_cells_are_shown_as_counts(ada_browser: Browser, ben: Any, finding: Any) -> None:
    with as_person(ben):
        accept_finding(finding, by=ben)
    page = ada_browser.get("/measured/").content.decode()
    row = page[page.index('<tr id="governing-law"') :].split("</tr>")[0]
    assert "1 of 1" in row
    assert "too few to say" in row


def test_only_an_administrator_sees_and_decides(
    ben_browser: Browser, cleo_browser: Browser, finding: Any
) -> None:
    for browser in (ben_browser, cleo_browser):
        assert browser.get("/measured/").status_code == 403
        assert browser.post("/measured/governing-law/decide/", {"decision": "approve"}).status_code == 403
    assert "Clause types measured" not in ben_browser.get("/").content.decode()


def test_a_question_that_is_not_there_and_a_choice_that_is_none_are_refused(
    ada_browser: Browser, finding: Any
) -> None:
    assert ada_browser.post("/measured/no-such/decide/", {"decision": "approve"}).status_code == 404
    assert ada_browser.post("/measured/governing-law/decide/", {"decision": "maybe"}).status_code == 400


def test_an_approval_leaves_with_the_exports(
    ada_browser: Browser, ben: Any, matter: Any, finding: Any
) -> None:
    import docx

    with as_person(ben):
        accept_finding(finding, by=ben)
    ada_browser.post("/measured/governing-law/decide/", {"decision": "approve"})

    excel = ada_browser.get(f"/matters/{matter.pk}/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(excel.content))["Clause types"]
    said = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)}
    assert said["Governing Law"].startswith("approved ")
    assert said["Insurance"] == "not yet approved"
    word = docx.Document(io.BytesIO(ada_browser.get(f"/matters/{matter.pk}/export.docx").content))
    words = " ".join(paragraph.text for paragraph in word.paragraphs)
    assert "1 of 41 clause types and questions is approved for use" in words
