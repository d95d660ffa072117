"""Which firm a person of several works in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from review.errors import NotFound, ReviewError
from review.tenancy.access import organizations_of
from review.tenancy.context import in_context

from .answers import refused
from .signed_in import SignedInRequest, ask_to_sign_in, choose, known_person, safe_next


@require_http_methods(["GET", "POST"])
def organizations(request: HttpRequest) -> HttpResponse:
    """The chooser; the only page a person sees before a firm is chosen."""
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    asking = known_person(request)
    with in_context(user=asking.user.pk):
        mine = organizations_of(asking.user)
    if request.method == "POST":
        try:
            return _chosen(asking, {str(each.pk): each for each in mine})
        except ReviewError as refusal:
            return refused(asking, refusal)
    context = {"organizations": mine, "next": safe_next(request, "/")}
    return render(request, "organizations.html", context)


def _chosen(request: SignedInRequest, mine: dict[str, object]) -> HttpResponse:
    try:
        wanted = str(UUID(request.POST.get("organization", "")))
    except ValueError:
        raise NotFound from None
    if wanted not in mine:
        raise NotFound
    choose(request, UUID(wanted))
    return redirect(safe_next(request, "/"))
