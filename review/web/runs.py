"""Runs over whole case files in the browser: what one would take, its start, how far it is, what all of them took."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from review.accounts.models import User
from review.errors import ReviewError
from review.matters.access import MAY, access_matter, role_on
from review.matters.models import MatterRole
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions
from review.readers.selectors import reader_of
from review.readings.access import access_run
from review.readings.estimate import Estimate, estimate_run
from review.readings.figures import figures_by_question, figures_of_matter, figures_of_run
from review.readings.recipes import asked_of
from review.readings.selectors import (
    RunView,
    run_view,
    run_views,
    runs_of,
)
from review.readings.services import cancel_run, refuse_reader, resume_run, start_run

from .answers import answer
from .costs import brief, estimated_and_taken, took_in_words
from .kept import panel_context
from .progress import streamed
from .signed_in import SignedInRequest, signed_in


@require_GET
@signed_in
def runs(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The runs of a matter, and what reading it whole has taken so far, in all and by column."""
    matter = access_matter(request.user, matter_id)
    by_question = figures_by_question(matter)
    context = {
        "matter": matter,
        "reader": reader_of(matter.pk),
        "rows": run_views(runs_of(matter)),
        "total": figures_of_matter(matter),
        "columns": [(each, by_question[each.pk]) for each in active_questions() if each.pk in by_question],
        "may_review": role_on(request.user, matter_id) in MAY["review"],
        **panel_context(request, matter),
    }
    return answer(request, "runs/list.html", context, at="runs")


@require_http_methods(["GET", "POST"])
@signed_in
def new_run(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """What putting the chosen columns to the matter would take, all or the firm's own at first; a POST starts it."""
    matter = access_matter(request.user, matter_id, to="review")
    profile = reader_of(matter.pk)
    sent = request.POST if request.method == "POST" else request.GET
    columns = active_questions()
    chosen = [each for each in columns if each.key in sent.getlist("question")]
    if request.method == "GET" and "estimate" not in sent:
        chosen = [each for each in columns if each.is_own] if sent.get("columns") == "own" else columns
    estimate: Estimate | None = None
    refusal = ""
    try:
        refuse_reader(matter, profile)
        assert profile is not None
        if request.method == "POST":
            run = start_run(matter, profile, chosen, by=request.user)
            return redirect("run", run.pk)
        estimate, _ = estimate_run(matter, profile, [asked_of(each) for each in chosen])
    except ReviewError as refused:
        refusal = str(refused)
    context = {
        "matter": matter,
        "reader": profile,
        "columns": columns,
        "chosen": {each.key for each in chosen},
        "has_own": any(each.is_own for each in columns),
        "estimate": estimate,
        "time": in_time(estimate.seconds) if estimate and estimate.seconds is not None else "",
        "reading_time": brief(estimate.reading_seconds) if estimate else "",
        "answering_time": brief(estimate.answering_seconds) if estimate else "",
        "through_time": brief(estimate.through_seconds) if estimate else "",
        "refusal": refusal,
        "leads": role_on(request.user, matter_id) == MatterRole.LEAD,
    }
    return answer(
        request, "runs/new.html", context, at="runs", status=422 if request.method == "POST" else 200
    )


@require_GET
@signed_in
def run(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """One run: how far each case file is, why anything waits, and what it took."""
    found = access_run(request.user, run_id)
    view = run_view(found)
    figures = figures_of_run(found.pk)
    context = {
        "matter": found.matter,
        "run": found,
        "view": view,
        "live": live_figures(view),
        "took": took_in_words(view, figures),
        "lines": estimated_and_taken(view, figures),
        "questions": Question.objects.filter(pk__in=found.question_ids).order_by("position"),
        "may_review": role_on(request.user, found.matter_id) in MAY["review"],
    }
    return answer(request, "runs/one.html#state", context, at="runs")


async def run_events(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """Server-sent events of a run, until it is over or the page is left."""

    def look(user: User) -> dict[str, Any]:
        figures = live_figures(run_view(access_run(user, run_id)))
        return {name.replace("_", "-"): value for name, value in figures.items()}

    return await streamed(request, look)


@require_POST
@signed_in
def cancel(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """Stop what has not ended; answers that were given are kept."""
    found = access_run(request.user, run_id, to="review")
    stopped = cancel_run(found, by=request.user)
    words = "One case file was stopped." if stopped == 1 else f"{stopped} case files were stopped."
    messages.success(request, f"{words} The answers given so far are kept.")
    return redirect("run", run_id)


@require_POST
@signed_in
def resume(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """Go on with what ended without all its answers."""
    found = access_run(request.user, run_id, to="review")
    resume_run(found, by=request.user)
    messages.success(request, "It goes on. What was answered is not asked again.")
    return redirect("run", run_id)


def live_figures(view: RunView) -> dict[str, Any]:
    """What a page shows while a run goes on: tokens read, questions answered, both with rate and time left."""
    tokens, questions = view.tokens_a_second, view.questions_a_minute
    to_read, to_ask = view.tokens - view.tokens_read, view.questions - view.answered
    return {
        "tokens_done": view.tokens_read,
        "tokens_total": view.tokens,
        "tokens_rate": f"{tokens:,.0f} tokens a second" if tokens else "",
        "tokens_left": f"{in_time(to_read / tokens)} left" if tokens and to_read > 0 else "",
        "done": view.answered,
        "total": view.questions,
        "rate": f"{questions:,.0f} questions a minute" if questions else "",
        "left": f"{in_time(60 * to_ask / questions)} left"
        if questions and to_ask and not view.is_over
        else "",
        "state": view.state.label,
        "cause": view.cause,
        "stage": _stage(view),
        "over": int(view.is_over),
    }


def _stage(view: RunView) -> str:
    """What has to change for the page to fetch the case files again: ten times while they are asked, and no oftener."""
    tenth = 10 * view.answered // max(1, view.questions)
    return f"{view.state} {view.cause} {sum(each.part.ended_at is not None for each in view.parts)} {tenth}"


def in_time(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 1:
        return "under a second"
    if seconds < 90:
        return f"{round(seconds)} second{'s' if round(seconds) != 1 else ''}"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"
