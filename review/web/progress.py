"""How far reading has come: a stream of events, polling where streams fail, and the tray of all that is under way."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from review.accounts.models import User
from review.documents.selectors import progress_of
from review.errors import NotFound, ReviewError
from review.jobs.models import Job, JobKind, JobState
from review.matters.access import access_matter
from review.matters.models import Matter
from review.tenancy.context import in_context

from . import selectors
from .answers import answer
from .signed_in import CHOSEN, SignedInRequest, signed_in

EVERY = 1.0  # seconds between two looks
LONGEST = 15 * 60  # seconds: then the browser opens a new stream, and a forgotten tab costs nothing
RATE_OVER = timedelta(seconds=60)
Look = Callable[[User], dict[str, Any]]
ENOUGH_TO_TELL = 3  # finished: fewer say nothing about the next


def figures_of(matter: Matter) -> dict[str, Any]:
    """Done, total, rate and time left: files parsed, and documents read."""
    progress = progress_of(matter_id=matter.pk)
    waiting = progress.by_reading.get("pending", 0) + progress.by_reading.get("running", 0)
    asked = progress.read + waiting
    return {
        "done": progress.parsed,
        "total": progress.total,
        **_pace("", _a_minute(matter, JobKind.PARSE), progress.total - progress.parsed, "files"),
        "reading-done": progress.read,
        "reading-total": asked,
        **_pace("reading-", _a_minute(matter, JobKind.READ), waiting, "documents"),
        "problems": progress.problems,
        "over": int(progress.is_over),
        "busy": int(not progress.is_over),
    }


def for_template(figures: dict[str, Any]) -> dict[str, Any]:
    """The same with names a template can say."""
    return {name.replace("-", "_"): value for name, value in figures.items()}


def _a_minute(matter: Matter, kind: JobKind) -> float:
    """How many were finished in a minute, judged by the time there was work; 0 before that can be told."""
    now = timezone.now()
    done = Job.objects.filter(
        matter_id=matter.pk, kind=kind, state=JobState.DONE, finished_at__gte=now - RATE_OVER
    ).aggregate(number=Count("id"), since=Min("created_at"))
    if done["number"] < ENOUGH_TO_TELL:
        return 0
    worked = min(RATE_OVER, max(timedelta(seconds=1), now - done["since"]))
    return float(done["number"] / (worked / timedelta(minutes=1)))


def _pace(prefix: str, a_minute: float, left: int, things: str) -> dict[str, str]:
    if not left or not a_minute:
        return {f"{prefix}rate": "", f"{prefix}left": ""}
    minutes = left / a_minute
    words = (
        f"{round(minutes)} minutes left"
        if minutes >= 1.5
        else f"about {max(1, round(minutes * 60))} seconds left"
    )
    return {f"{prefix}rate": f"{round(a_minute)} {things} a minute", f"{prefix}left": words}


@require_GET
@signed_in
def progress(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The same figures for browsers that poll, as a fragment of the progress panel or as a page."""
    found = access_matter(request.user, matter_id)
    context = {"matter": found, "figures": for_template(figures_of(found))}
    return answer(request, "matters/progress.html#bars", context, at="matter")


@require_GET
@signed_in
def jobs(request: SignedInRequest) -> HttpResponse:
    """What is being read now, in all matters the person is on."""
    context = {"under_way": selectors.matters_under_way(request.shell.matters)}
    return answer(request, "jobs.html#tray", context)


async def events(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Server-sent events of a matter's progress, until nothing is under way or the page is left."""
    return await streamed(request, lambda user: figures_of(access_matter(user, matter_id)))


async def streamed(request: HttpRequest, look: Look) -> HttpResponseBase:
    """Server-sent events of what `look` sees as the signed-in person, until its figures say that it is over.

    Each look is one short transaction of its own; its figures carry "over".
    """
    user = await request.auser()
    chosen = await sync_to_async(request.session.get)(CHOSEN)
    if not user.is_authenticated or not isinstance(user, User):
        return HttpResponse(status=401)
    try:
        first = await _look(user, chosen, look)
    except ReviewError as refusal:
        return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    return StreamingHttpResponse(
        _stream(user, chosen, look, first),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(user: User, chosen: str | None, look: Look, figures: dict[str, Any]) -> AsyncIterator[str]:
    said = None
    for _ in range(int(LONGEST / EVERY)):
        if figures != said:
            yield _event("progress", figures)
            said = figures
        if figures["over"]:
            break
        await asyncio.sleep(EVERY)
        try:
            figures = await _look(user, chosen, look)
        except ReviewError:
            break
    yield _event("close", {})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


async def _look(user: User, chosen: str | None, look: Look) -> dict[str, Any]:
    return await sync_to_async(_figures_for)(user, chosen, look)


def _figures_for(user: User, chosen: str | None, look: Look) -> dict[str, Any]:
    """One short look in a transaction of its own; the connection is given up before the next."""
    if chosen is None:
        raise NotFound
    try:
        with in_context(UUID(chosen), user=user.pk):
            return look(user)
    finally:
        connections.close_all()
