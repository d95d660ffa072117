"""The readers of whole case files in the browser: the firm's profiles, and which of them a matter chose."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from review.errors import Invalid, NotFound
from review.matters.access import access_matter
from review.readers.access import access_reader, access_readers
from review.readers.errors import WrongSetting
from review.readers.models import ReaderKind, ReaderProfile
from review.readers.money import cost_in_words
from review.readers.selectors import all_readers, latest_acceptance, pace_of
from review.readers.services import (
    add_reader,
    change_reader,
    choose_reader,
    make_default,
    restore_reader,
    retire_reader,
)
from review.readings.try_reader import is_being_tried, try_reader
from review.tenancy.models import Membership, Role

from .answers import answer
from .budgets import budget_context, is_set
from .forms import ReaderForm
from .kept_forms import BudgetForm
from .signed_in import SignedInRequest, signed_in

HOUR = 3600


@require_GET
@signed_in
def readers(request: SignedInRequest) -> HttpResponse:
    """The firm's readers: what each is, how fast it was, and whether it passed its acceptance."""
    membership = access_readers(request.user)
    return answer(request, "readers/list.html", _list_context(membership))


@require_POST
@signed_in
def budget(request: SignedInRequest) -> HttpResponse:
    """Say what the firm's readings may take; what cannot hold comes back beside its field, as it was typed."""
    membership = access_readers(request.user, to="change")
    form = BudgetForm(request.POST)
    if is_set(form, membership.organization_id, request.user):
        messages.success(request, "What readers keep is changed.")
        return redirect(f"{reverse('readers')}#budget")
    return answer(request, "readers/list.html", _list_context(membership, form), status=422)


@require_http_methods(["GET", "POST"])
@signed_in
def new_reader(request: SignedInRequest) -> HttpResponse:
    """Add a reader of the kind that the address names."""
    membership = access_readers(request.user, to="change")
    kind = _kind(request.GET.get("kind", ReaderKind.ENGINE.value))
    form = ReaderForm(request.POST or None, kind=kind)
    if form.is_bound and form.is_valid():
        try:
            added = add_reader(
                form.description(), by=request.user, organization_id=membership.organization_id
            )
            messages.success(request, f"{added.name} is added. Nothing has been read with it yet.")
            _warn(request, added)
            return redirect("reader", added.pk)
        except Invalid as refusal:
            _refuse(form, refusal)
    context = {"form": form, "kind": kind, "kinds": ReaderKind.choices}
    return answer(request, "readers/new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@signed_in
def reader(request: SignedInRequest, profile_id: UUID) -> HttpResponse:
    """One reader: what it says, its acceptance page, how fast it was; changed by a POST."""
    changing = request.method == "POST"
    profile = access_reader(request.user, profile_id, to="change" if changing else "read")
    kind = ReaderKind(profile.kind)
    form = ReaderForm(request.POST, kind=kind) if changing else ReaderForm.saying(profile)
    if form.is_bound and form.is_valid():
        try:
            if change_reader(profile, form.description(), by=request.user):
                messages.success(
                    request, "The reader is changed. What it read before is kept as it was read."
                )
                _warn(request, profile)
            return redirect("reader", profile_id)
        except Invalid as refusal:
            _refuse(form, refusal)
    membership = access_readers(request.user)
    context = {
        **_row(profile),
        "form": form,
        "kind": kind,
        "may_change": membership.role == Role.ADMINISTRATOR,
        "is_being_tried": is_being_tried(profile),
    }
    part = "#connection" if request.GET.get("part") == "connection" else ""
    return answer(request, f"readers/one.html{part}", context, status=422 if form.is_bound else 200)


@require_POST
@signed_in
def retire(request: SignedInRequest, profile_id: UUID) -> HttpResponse:
    """Let nothing be read with a reader any more."""
    profile = access_reader(request.user, profile_id, to="change")
    retire_reader(profile, by=request.user)
    messages.success(request, f"{profile.name} is retired. What it has read is kept.")
    return redirect("readers")


@require_POST
@signed_in
def restore(request: SignedInRequest, profile_id: UUID) -> HttpResponse:
    """Bring a retired reader back."""
    profile = access_reader(request.user, profile_id, to="change")
    restore_reader(profile, by=request.user)
    messages.success(request, f"{profile.name} may be chosen again.")
    return redirect("readers")


@require_POST
@signed_in
def default(request: SignedInRequest, profile_id: UUID) -> HttpResponse:
    """Let a reader hold wherever a matter chose none."""
    profile = access_reader(request.user, profile_id, to="change")
    make_default(profile, by=request.user)
    messages.success(request, f"{profile.name} reads every matter whose lead chose none.")
    return redirect("readers")


@require_POST
@signed_in
def try_connection(request: SignedInRequest, server_id: UUID) -> HttpResponse:
    """Have a worker try a server out."""
    profile = access_reader(request.user, server_id, to="change")
    try_reader(profile, by=request.user)
    return redirect(f"{reverse('reader', args=[server_id])}#connection")


@require_POST
@signed_in
def choose(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Choose the reader of a matter, or leave it to the firm."""
    matter = access_matter(request.user, matter_id, to="lead")
    wanted = request.POST.get("reader", "")
    profile = access_reader(request.user, _id(wanted)) if wanted else None
    choose_reader(matter, profile, by=request.user)
    messages.success(
        request, f"{profile.name} reads this matter." if profile else "The firm's default reads this matter."
    )
    return redirect(f"{reverse('brief', args=[matter_id])}#reader")


def _warn(request: SignedInRequest, profile: ReaderProfile) -> None:
    """Say beside what was saved why it cannot be used yet."""
    if profile.problem:
        messages.warning(request, profile.problem)


def _list_context(membership: Membership, form: BudgetForm | None = None) -> dict[str, Any]:
    may_change = membership.role == Role.ADMINISTRATOR
    return {
        "rows": [_row(profile) for profile in all_readers()],
        "may_change": may_change,
        "kinds": ReaderKind,
        **(budget_context(membership.organization_id, form) if may_change else {}),
    }


def _row(profile: ReaderProfile) -> dict[str, Any]:
    acceptance = latest_acceptance(profile)
    return {
        "profile": profile,
        "acceptance": acceptance,
        "lines": lines_of(acceptance.page) if acceptance else [],
        "is_earlier": acceptance is not None and acceptance.edition != profile.edition,
        "pace": pace_of(profile),
        "hour": cost_in_words(HOUR, profile.price_minor, profile.currency),
    }


def lines_of(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks of an acceptance page: what was looked at, what came out, the bar, and pass, fail or neither."""
    known = [check for check in page.get("checks", []) if isinstance(check, dict)]
    return [
        {
            "what": str(check.get("name", "")),
            "measured": str(check.get("figure", "")),
            "bar": str(check.get("bar", "")),
            "note": str(check.get("note", "")),
            "result": {True: "pass", False: "fail"}.get(check.get("pass", ""), ""),
        }
        for check in known
    ]


def _kind(words: str) -> ReaderKind:
    if words not in ReaderKind.values:
        raise NotFound
    return ReaderKind(words)


def _id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise NotFound from None


def _refuse(form: ReaderForm, refusal: Invalid) -> None:
    field = refusal.field if isinstance(refusal, WrongSetting) else ""
    form.add_error(field if field in form.fields else None, str(refusal))
