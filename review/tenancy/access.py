"""The gate of the firm: which organizations a person has, and what they are there."""

from uuid import UUID

from review.accounts.models import User
from review.errors import NotAllowed, NotFound

from .context import current_context
from .models import Membership, Organization, Role


def organizations_of(user: User) -> list[Organization]:
    """The organizations a person belongs to, by name; answers also before one is chosen."""
    memberships = Membership.objects.filter(user=user).values_list("organization_id", flat=True)
    return list(Organization.objects.filter(id__in=list(memberships)).order_by("name"))


def access_membership(user: User) -> Membership:
    """The person's membership of the organization of the running context. Raises NotFound for a stranger."""
    context = current_context()
    if context is None or context.organization is None:
        raise NotFound
    membership = Membership.objects.filter(user=user, organization_id=context.organization).first()
    if membership is None:
        raise NotFound
    return membership


def access_as_administrator(user: User) -> Membership:
    """The same, for what only a firm's administrator may do. Raises NotAllowed for others."""
    membership = access_membership(user)
    if membership.role != Role.ADMINISTRATOR:
        raise NotAllowed("Only an administrator of the firm can do this.")
    return membership


def belongs(user_id: UUID) -> bool:
    """Whether a person is of the organization of the running context."""
    context = current_context()
    if context is None or context.organization is None:
        return False
    return Membership.objects.filter(user_id=user_id, organization_id=context.organization).exists()
