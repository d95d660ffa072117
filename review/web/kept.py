"""The readings that are kept of a matter: where each is, how large, until when, why it moved; kept longer or let go."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from review.errors import ReviewError
from review.matters.access import MAY, access_matter, role_on
from review.matters.models import Matter
from review.readings.access import access_reading
from review.readings.keep_readings import let_go_of_reading, pin_reading, unpin_reading
from review.readings.models import KeptReading

from .answers import answer
from .kept_forms import PinForm
from .kept_panel import KeptRow, panel_of
from .signed_in import SignedInRequest, signed_in

USUAL_PIN = timedelta(days=7)


def panel_context(request: SignedInRequest, matter: Matter) -> dict[str, Any]:
    """What a page needs to show the panel."""
    return {"kept": panel_of(matter), "may_keep": role_on(request.user, matter.pk) in MAY["review"]}


@require_GET
@signed_in
def kept_readings(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The panel for browsers that look again: 204 where nothing has changed since."""
    matter = access_matter(request.user, matter_id)
    context = {"matter": matter, **panel_context(request, matter)}
    if request.htmx and request.GET.get("seen") == context["kept"].seen:
        return HttpResponse(status=204)
    part = "#brief" if request.GET.get("part") == "brief" else "#panel"
    return answer(request, f"runs/kept.html{part}", context, at="runs")


@require_http_methods(["GET", "POST"])
@signed_in
def keep(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Keep a reading until a day, whatever else is read."""
    reading = access_reading(request.user, reading_id, to="review")
    form = PinForm(request.POST or None, initial={"until": timezone.localdate() + USUAL_PIN})
    if form.is_bound and form.is_valid():
        try:
            until = form.cleaned_data["until"]
            pin_reading(reading, _end_of(until), by=request.user)
            messages.success(request, f"{reading.case_file.name} is kept until {until:%-d %B %Y}.")
            return redirect(_panel_at(reading))
        except ReviewError as refusal:
            form.add_error("until", str(refusal))
    context = {"matter": reading.matter, "row": KeptRow(reading, reading.place_now), "form": form}
    return answer(request, "runs/keep.html", context, at="runs", status=422 if form.is_bound else 200)


@require_POST
@signed_in
def release(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Let a reading go in its time again."""
    reading = access_reading(request.user, reading_id, to="review")
    unpin_reading(reading, by=request.user)
    messages.success(request, f"{reading.case_file.name} is held no longer than other readings.")
    return redirect(_panel_at(reading))


@require_http_methods(["GET", "POST"])
@signed_in
def let_go(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Let go of a reading now; a GET asks whether that is meant."""
    reading = access_reading(request.user, reading_id, to="review")
    if request.method == "POST":
        let_go_of_reading(reading, by=request.user)
        messages.success(
            request, f"{reading.case_file.name} is not kept any more. It is read again when asked next."
        )
        return redirect(_panel_at(reading))
    context = {"matter": reading.matter, "row": KeptRow(reading, reading.place_now)}
    return answer(request, "runs/let_go.html", context, at="runs")


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _panel_at(reading: KeptReading) -> str:
    return f"{reverse('runs', args=[reading.matter_id])}#kept"
