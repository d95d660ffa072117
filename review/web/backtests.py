"""Back-tests of a matter: upload the spreadsheet of a past review, say what its columns are, see who was right."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from review.errors import Invalid
from review.jobs.models import JobState
from review.matters.access import MAY, access_matter, role_on
from review.matters.models import Matter
from review.measurement.access import access_backtest, access_comparison
from review.measurement.errors import WrongMapping
from review.measurement.mapping import DOCUMENT, USUAL_NOTHING, Column, Mapping, checked
from review.measurement.models import BackTest, BackTestRun, BackTestState, Comparison, Ruling, Verdict
from review.measurement.said import MEANINGS
from review.measurement.selectors import (
    Line,
    SheetView,
    Tally,
    backtests_of,
    extents_of,
    figures_of,
    job_of,
    latest_run,
    lines_of,
    sheets_of,
    view_of,
    with_ruling,
)
from review.measurement.services import (
    DISAGREEMENTS,
    adjudicate,
    cancel_backtest,
    open_backtest,
    ruling_of,
    start_comparison,
)
from review.playbooks.selectors import active_questions
from review.reports.export_backtest import backtest_csv, backtest_xlsx

from .answers import answer
from .exports import XLSX, as_file
from .signed_in import SignedInRequest, safe_next, signed_in

LINES_A_PAGE = 25
UNDER_WAY = (BackTestState.READING, BackTestState.COMPARING)
DISPUTED, ALL = "disputed", "all"


@require_http_methods(["GET", "POST"])
@signed_in
def backtests(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The back-tests of a matter, and the form that takes a spreadsheet."""
    found = access_matter(request.user, matter_id, to="review" if request.method == "POST" else "read")
    wrong = ""
    if request.method == "POST":
        try:
            return redirect("backtest", _received(request, found).pk)
        except Invalid as refusal:
            wrong = str(refusal)
    context = {
        "matter": found,
        "rows": [_row(each) for each in backtests_of(found)],
        "may_review": role_on(request.user, matter_id) in MAY["review"],
        "wrong": wrong,
    }
    return answer(request, "backtests/list.html", context, at="backtests", status=422 if wrong else 200)


def _received(request: SignedInRequest, matter: Matter) -> BackTest:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("Choose the spreadsheet first.")
    return open_backtest(
        matter, name=file.name or "", size=file.size or 0, chunks=file.chunks(), by=request.user
    )


def _row(backtest: BackTest) -> dict[str, Any]:
    run = latest_run(backtest)
    return {"backtest": backtest, "tally": figures_of(run).total if run else None}


@require_GET
@signed_in
def backtest(request: SignedInRequest, backtest_id: UUID) -> HttpResponse:
    """How one back-test stands: work under way, columns to be named, or its result."""
    found = access_backtest(request.user, backtest_id)
    if found.state in UNDER_WAY:
        return _under_way(request, found)
    if request.htmx:  # the poll of a page whose work is over
        return HttpResponse(headers={"HX-Redirect": reverse("backtest", args=[found.pk])})
    run = latest_run(found)
    if run is not None and "columns" not in request.GET:
        return _result(request, found, run)
    sheets = sheets_of(found)
    if not sheets:
        return answer(request, "backtests/stopped.html", _frame(request, found), at="backtests")
    return _columns(request, found, _view(request, found, run))


def _frame(request: SignedInRequest, found: BackTest) -> dict[str, Any]:
    may_review = role_on(request.user, found.matter_id) in MAY["review"]
    return {"matter": found.matter, "backtest": found, "may_review": may_review}


def _under_way(request: SignedInRequest, found: BackTest) -> HttpResponse:
    job = job_of(found)
    is_waiting = job is None or job.state == JobState.QUEUED
    context = _frame(request, found) | {"job": job, "is_waiting": is_waiting}
    return answer(request, "backtests/under_way.html#progress", context, at="backtests")


# --- What the columns are -----------------------------------------------------------------------------


def _view(request: SignedInRequest, found: BackTest, run: BackTestRun | None) -> SheetView:
    """The sheet as it was guessed, or as it was said to be for the last comparison."""
    sheets = sheets_of(found)
    before = Mapping.of(run.mapping) if run else None
    wanted = _number(request.GET.get("sheet"), before.sheet if before else sheets[0].ordinal)
    sheet = next((each for each in sheets if each.ordinal == wanted), sheets[0])
    is_same = before is not None and sheet.ordinal == before.sheet
    heading = _number(request.GET.get("heading_row"), before.heading_row if before and is_same else 0)
    view = view_of(sheet, heading or None)
    if before is None or not is_same:
        return view
    said = {at: (key, meaning) for at, key, meaning in before.columns} | {
        before.document: (DOCUMENT, "quote")
    }
    columns = [
        Column(each.at, each.heading, each.samples, *said.get(each.at, ("", each.meaning)))
        for each in view.columns
    ]
    return SheetView(sheet, view.heading_row, columns)


def _columns(
    request: SignedInRequest, found: BackTest, view: SheetView, refusal: WrongMapping | None = None
) -> HttpResponse:
    sent = request.POST
    context = _frame(request, found) | {
        "view": view,
        "sheets": sheets_of(found),
        "questions": active_questions(),
        "meanings": [(str(meaning), words) for meaning, words in MEANINGS.items()],
        "document_column": DOCUMENT,
        "nothing": sent.get("nothing", USUAL_NOTHING),
        "empty_is_nothing": sent.get("empty", "nothing") == "nothing",
        "wrong": str(refusal) if refusal else "",
        "wrong_column": refusal.column if refusal else None,
        "has_result": latest_run(found) is not None,
    }
    status = 422 if refusal else 200
    return answer(request, "backtests/columns.html", context, at="backtests", status=status)


@require_POST
@signed_in
def compare(request: SignedInRequest, backtest_id: UUID) -> HttpResponse:
    """Compare, as the columns were said to be; what does not add up is said where it was chosen."""
    found = access_backtest(request.user, backtest_id, to="review")
    sheets = sheets_of(found)
    number, heading_row = _number(request.POST.get("sheet"), 1), _number(request.POST.get("heading_row"), 1)
    sheet = next((each for each in sheets if each.ordinal == number), None)
    width = sheet.width if sheet else 0
    chosen = [
        (at, request.POST.get(f"is-{at}", ""), request.POST.get(f"as-{at}", "quote")) for at in range(width)
    ]
    try:
        mapping = checked(
            sheets=extents_of(sheets),
            sheet=number,
            heading_row=heading_row,
            chosen=chosen,
            nothing=request.POST.get("nothing", ""),
            empty_is_nothing=request.POST.get("empty", "nothing") == "nothing",
            questions=active_questions(),
        )
    except WrongMapping as refusal:
        if sheet is None:
            raise
        view = view_of(sheet, heading_row)
        kept = [Column(each.at, each.heading, each.samples, *chosen[each.at][1:]) for each in view.columns]
        return _columns(request, found, SheetView(sheet, heading_row, kept), refusal)
    start_comparison(found, mapping=mapping, by=request.user)
    return redirect("backtest", backtest_id)


@require_POST
@signed_in
def cancel(request: SignedInRequest, backtest_id: UUID) -> HttpResponse:
    """Stop what is under way."""
    found = access_backtest(request.user, backtest_id, to="review")
    cancel_backtest(found, by=request.user)
    messages.success(request, "Stopped.")
    to = reverse("backtest", args=[backtest_id])
    return HttpResponse(headers={"HX-Redirect": to}) if request.htmx else redirect(to)


# --- The result ----------------------------------------------------------------------------------------


def _result(request: SignedInRequest, found: BackTest, run: BackTestRun) -> HttpResponse:
    figures, show, key = figures_of(run), request.GET.get("show", DISPUTED), request.GET.get("question", "")
    ruling = request.GET.get("ruling", "")
    rows: Any = with_ruling(Comparison.objects.filter(run=run))
    if show == DISPUTED or show not in {ALL, *Verdict.values}:
        show = DISPUTED
        rows = rows.filter(verdict__in=DISAGREEMENTS)
    elif show != ALL:
        rows = rows.filter(verdict=show)
    if key:
        rows = rows.filter(question__key=key)
    if ruling in Ruling.values:
        rows = rows.filter(ruling=ruling, verdict__in=DISAGREEMENTS)
    rows = rows.select_related("document", "question", "finding", "text").order_by("ordinal")
    page = Paginator(rows, LINES_A_PAGE).get_page(request.GET.get("page"))
    context = _frame(request, found) | {
        "run": run,
        "figures": figures,
        "total": _shown(figures.total),
        "questions": [(question, _shown(tally)) for question, tally in figures.by_question],
        "page": page,
        "lines": lines_of(page.object_list),
        "show": show,
        "question": key,
        "ruling": ruling,
        "shows": [(DISPUTED, "All disagreements"), *Verdict.choices, (ALL, "Everything")],
        "rulings": Ruling.choices,
        "query": urlencode({"show": show, "question": key, "ruling": ruling}),
    }
    return answer(request, "backtests/result.html", context, at="backtests")


def _shown(tally: Tally) -> dict[str, Any]:
    """A row of the table: counts, and shares in whole per cents."""
    comparable = tally.comparable
    share = {name: _rounded(number, comparable) for name, number in tally.by_verdict.items()}
    return {
        "comparable": comparable,
        "count": tally.by_verdict,
        "share": share,
        "agreement": _percent(tally.agreement),
        "reader_right": _percent(tally.share(tally.reader_right)),
        "people_right": _percent(tally.share(tally.people_right)),
        "undecided": tally.undecided,
        "disagreements": tally.disagreements,
        "people_have": tally.people_have,
    }


def _rounded(number: int, of: int) -> str:
    """Whole per cents; what is not nothing does not read like it."""
    percent = 100 * number / of if of else 0
    return "<1" if 0 < percent < 0.5 else str(round(percent))


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


@require_POST
@signed_in
def rule(request: SignedInRequest, comparison_id: UUID) -> HttpResponse:
    """Say who was right; htmx gets the line, a plain form the page it came from."""
    comparison = access_comparison(request.user, comparison_id, to="review")
    ruling = ruling_of(request.POST.get("ruling"))
    adjudicate(comparison, ruling=ruling, by=request.user, note=request.POST.get("note", ""))
    back = safe_next(request, reverse("backtest", args=[comparison.run.backtest_id]))
    context = {"line": _line(comparison_id), "may_review": True, "rulings": Ruling.choices, "here": back}
    return answer(request, "backtests/result.html#line", context, to=f"{back}#line-{comparison_id}")


def _line(comparison_id: UUID) -> Line:
    rows: Any = with_ruling(Comparison.objects.filter(pk=comparison_id))
    return lines_of(rows.select_related("document", "question", "finding", "text"))[0]


@require_GET
@signed_in
def as_xlsx(request: SignedInRequest, backtest_id: UUID) -> HttpResponse:
    """The result as a workbook."""
    found = access_backtest(request.user, backtest_id)
    return as_file(found.matter, backtest_xlsx(found, by=request.user), XLSX, "back-test.xlsx")


@require_GET
@signed_in
def as_csv(request: SignedInRequest, backtest_id: UUID) -> HttpResponse:
    """The lines of the result with commas between them."""
    found = access_backtest(request.user, backtest_id)
    return as_file(
        found.matter, backtest_csv(found, by=request.user), "text/csv; charset=utf-8", "back-test.csv"
    )


def _number(sent: str | None, otherwise: int) -> int:
    return int(sent) if sent and sent.isascii() and sent.isdecimal() and len(sent) < 8 else otherwise
