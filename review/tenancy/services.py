"""Every write of the room: organizations and who belongs to them."""

from uuid import UUID

from review.accounts.models import User
from review.errors import Conflict, Invalid

from .audit import record
from .context import in_context
from .models import Membership, Organization, Role


def create_organization(name: str, *, administrator: User, organization_id: UUID) -> Organization:
    """Make a firm with its first administrator, inside the context of its new id."""
    with in_context(organization_id):
        organization = Organization.objects.create(id=organization_id, name=name)
        membership = Membership.objects.create(
            organization=organization, user=administrator, role=Role.ADMINISTRATOR
        )
        record(administrator, "organization.created", membership)
    return organization


def add_person(user: User, *, role: Role, by: User, organization_id: UUID) -> Membership:
    """Let a person into the organization of the running context. Raises Conflict when they are already in it."""
    if role not in Role.values:
        raise Invalid("Choose administrator, member or guest.")
    if Membership.objects.filter(user=user, organization_id=organization_id).exists():
        raise Conflict(f"{user.email} already belongs to this firm.")
    membership = Membership.objects.create(organization_id=organization_id, user=user, role=role)
    record(by, "person.added", membership, role=role)
    return membership
