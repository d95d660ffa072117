"""The step of a SHEET job: from the bytes of a spreadsheet to rows of text, or a sentence that says why not."""

from review.documents.blobs import blob_path
from review.intake.parsing import ParsedWorkbook, ParseProblem, Worksheet, parse_workbook
from review.jobs.services import Claimed, begin, finish, withdraw

from .models import BackTest, BackTestState, Sheet

HEAD = 200  # rows that are looked at to tell what the columns are


def read_sheet(job: Claimed) -> None:
    """Read the spreadsheet of a back-test in a throw-away child, and store its rows."""
    with begin(job):
        backtest = BackTest.objects.get(pk=job.subject_id)
        if backtest.state != BackTestState.READING:
            withdraw(job)
            return
    outcome = parse_workbook(blob_path(backtest.blob_key), backtest.name)
    with finish(job):
        if isinstance(outcome, ParseProblem):
            _become(backtest, BackTestState.REFUSED, outcome.sentence)
            return
        Sheet.objects.bulk_create(
            _sheet(backtest, ordinal, sheet) for ordinal, sheet in enumerate(outcome.sheets, start=1)
        )
        _become(backtest, BackTestState.TO_MAP, _remark(outcome))


def _sheet(backtest: BackTest, ordinal: int, sheet: Worksheet) -> Sheet:
    return Sheet(
        organization_id=backtest.organization_id,
        matter_id=backtest.matter_id,
        backtest=backtest,
        ordinal=ordinal,
        name=sheet.name,
        width=max(len(cells) for _, cells in sheet.rows),
        last_row=sheet.rows[-1][0],
        head=sheet.rows[:HEAD],
        rows=sheet.rows,
    )


def _remark(workbook: ParsedWorkbook) -> str:
    if not workbook.unread_formulas:
        return ""
    count = workbook.unread_formulas
    cells = "One cell holds a formula" if count == 1 else f"{count:,} cells hold formulas"
    return f"{cells} without a stored value and count as empty. Open the file in Excel and save it to store them."


def _become(backtest: BackTest, state: BackTestState, sentence: str) -> None:
    BackTest.objects.filter(pk=backtest.pk, state=BackTestState.READING).update(
        state=state, sentence=sentence[:500]
    )
