"""The gate of readers: all of the firm but its guests see what there is; administrators change it."""

from typing import Literal
from uuid import UUID

from review.accounts.models import User
from review.errors import NotAllowed, NotFound
from review.tenancy.access import access_membership
from review.tenancy.models import Membership, Role

from .models import ReaderProfile


def access_readers(user: User, *, to: Literal["read", "change"] = "read") -> Membership:
    """The person's membership. Raises NotFound for guests and strangers, NotAllowed for those who may only read."""
    membership = access_membership(user)
    if membership.role == Role.GUEST:
        raise NotFound
    if to == "change" and membership.role != Role.ADMINISTRATOR:
        raise NotAllowed("Only an administrator of the firm changes its readers.")
    return membership


def access_reader(user: User, profile_id: UUID, *, to: Literal["read", "change"] = "read") -> ReaderProfile:
    """A profile of the firm, retired ones included. Raises NotFound for another firm's."""
    profile = ReaderProfile.objects.select_related("added_by").filter(pk=profile_id).first()
    if profile is None:
        raise NotFound
    access_readers(user, to=to)
    return profile
