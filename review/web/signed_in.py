"""Every view that speaks of a firm goes through here: who is asking, for which firm, inside which context.

The view runs and renders inside `in_context()`; a ReviewError rolls its work back and is answered in one place.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from review.accounts.models import User
from review.errors import NotAllowed, ReviewError
from review.matters.access import matters_of
from review.tenancy.access import organizations_of
from review.tenancy.context import in_context
from review.tenancy.models import Organization

from .answers import refused
from .context import Shell

CHOSEN = "organization"  # key in the session
P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request whose person and firm are known."""

    user: User
    htmx: HtmxDetails
    shell: Shell


View = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


class NoFirm(NotAllowed):
    """The person is known but belongs nowhere yet."""

    code = "no_organization"
    sentence = "You are signed in, but no firm has given you access yet. Ask its administrator to add you."


def signed_in(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let a signed-in person reach the view, inside the context of their firm."""

    @wraps(view)
    def inside(visiting: HttpRequest, *positional: Any, **named: Any) -> HttpResponseBase:
        if not visiting.user.is_authenticated:
            return ask_to_sign_in(visiting)
        request = known_person(visiting)
        try:
            organization_id = chosen_organization(request)
            if organization_id is None:
                return redirect(f"{reverse('organizations')}?next={quote(request.get_full_path())}")
            with in_context(organization_id, user=request.user.pk):
                organizations = organizations_of(request.user)
                present = next((each for each in organizations if each.pk == organization_id), None)
                if present is not None:
                    request.shell = shell_of(request.user, present, organizations)
                    return view(request, *positional, **named)
            # They were taken out of the firm since they chose it.
            del request.session[CHOSEN]
            return redirect("matters")
        except ReviewError as refusal:
            return refused(request, refusal)

    return inside


def chosen_organization(request: SignedInRequest) -> UUID | None:
    """The firm this browser works in; a person of one firm need not choose. Raises NoFirm for a person of none."""
    if chosen := request.session.get(CHOSEN):
        return UUID(chosen)
    with in_context(user=request.user.pk):
        organizations = organizations_of(request.user)
    if not organizations:
        raise NoFirm
    if len(organizations) > 1:
        return None
    request.session[CHOSEN] = str(organizations[0].pk)
    return organizations[0].pk


def choose(request: SignedInRequest, organization_id: UUID) -> None:
    """Remember in this browser which firm the person works in."""
    request.session[CHOSEN] = str(organization_id)


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where the form says to go on, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if here else otherwise


def shell_of(user: User, present: Organization, organizations: list[Organization]) -> Shell:
    """What stands around every page of this person."""
    return Shell(
        organization=present,
        organizations=organizations,
        matters=matters_of(user),
        choose_organization_url=reverse("organizations"),
        jobs_url=reverse("jobs"),
    )


def known_person(request: HttpRequest) -> SignedInRequest:
    """The same request, with the person themselves instead of the lazy object that would ask again later."""
    request.user = getattr(request.user, "_wrapped", request.user)
    return cast(SignedInRequest, request)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page for a page; a plain 401 for a fragment or a program."""
    fragment = "HX-Request" in request.headers
    if fragment or request.method not in {"GET", "POST"} or request.content_type == "application/json":
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path())
