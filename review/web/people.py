"""Who is on a matter, and who is kept from it."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from review.accounts.models import User
from review.errors import Invalid, NotFound
from review.matters.access import access_matter, role_on
from review.matters.models import MatterExclusion, MatterMember, MatterRole
from review.matters.services import add_member, exclude, lift_exclusion, remove_member

from . import selectors
from .answers import answer
from .forms import MemberForm, WallForm
from .signed_in import SignedInRequest, signed_in


@require_GET
@signed_in
def people(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The people of a matter with their roles, and its walls."""
    found = access_matter(request.user, matter_id)
    firm = selectors.people_of_the_firm()
    members, walls = selectors.people_on(found), selectors.walls_of(found)
    context = {
        "matter": found,
        "members": members,
        "walls": walls,
        "roles": MatterRole.choices,
        "leads": role_on(request.user, matter_id) == MatterRole.LEAD,
        "member_form": MemberForm(people=_without(firm, [*members, *walls])),
        "wall_form": WallForm(people=[each for each in _without(firm, walls) if each.pk != request.user.pk]),
    }
    return answer(request, "matters/people.html", context, at="matter")


@require_POST
@signed_in
def add_person(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Put a person on the matter, or change their role."""
    found = access_matter(request.user, matter_id, to="lead")
    form = MemberForm(request.POST, people=selectors.people_of_the_firm())
    if not form.is_valid():
        raise Invalid("Choose a person of the firm and their role.")
    person = _person(form.cleaned_data["person"])
    add_member(found, person, role=MatterRole(form.cleaned_data["role"]), by=request.user)
    messages.success(request, f"{person.name} is on the matter.")
    return redirect("people", matter_id)


@require_POST
@signed_in
def remove_person(request: SignedInRequest, matter_id: UUID, user_id: UUID) -> HttpResponse:
    """Take a person off the matter, at once."""
    found = access_matter(request.user, matter_id, to="lead")
    person = _person(str(user_id))
    remove_member(found, person, by=request.user)
    messages.success(request, f"{person.name} is no longer on the matter.")
    return redirect(
        "people" if person.pk != request.user.pk else "matters", *_args(person, request, matter_id)
    )


@require_POST
@signed_in
def build_wall(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """Keep a person from the matter, whatever else says otherwise."""
    found = access_matter(request.user, matter_id, to="lead")
    form = WallForm(request.POST, people=selectors.people_of_the_firm())
    if not form.is_valid():
        raise Invalid("Choose a person of the firm.")
    person = _person(form.cleaned_data["person"])
    exclude(found, person, reason=form.cleaned_data["reason"], by=request.user)
    messages.success(request, f"{person.name} is kept from the matter.")
    return redirect("people", matter_id)


@require_POST
@signed_in
def lift_wall(request: SignedInRequest, matter_id: UUID, user_id: UUID) -> HttpResponse:
    """Take a wall away."""
    found = access_matter(request.user, matter_id, to="lead")
    person = _person(str(user_id))
    lift_exclusion(found, person, by=request.user)
    messages.success(request, f"The wall around {person.name} is lifted.")
    return redirect("people", matter_id)


def _args(person: User, request: SignedInRequest, matter_id: UUID) -> list[UUID]:
    return [] if person.pk == request.user.pk else [matter_id]


def _person(user_id: str) -> User:
    person = next((each for each in selectors.people_of_the_firm() if str(each.pk) == user_id), None)
    if person is None:
        raise NotFound
    return person


def _without(people: list[User], placed: Sequence[MatterMember | MatterExclusion]) -> list[User]:
    taken = {row.user_id for row in placed}
    return [person for person in people if person.pk not in taken]
