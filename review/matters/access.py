"""The gate of a matter: the only way to fetch one for a person. Forbidden and unknown give the same answer."""

from typing import Literal
from uuid import UUID

from review.accounts.models import User
from review.errors import NotAllowed, NotFound

from .models import Matter, MatterExclusion, MatterMember, MatterRole

Purpose = Literal["read", "review", "lead", "upload"]

MAY: dict[Purpose, frozenset[str]] = {
    "read": frozenset({MatterRole.LEAD, MatterRole.REVIEWER, MatterRole.READ_ONLY}),
    "review": frozenset({MatterRole.LEAD, MatterRole.REVIEWER}),
    "lead": frozenset({MatterRole.LEAD}),
    "upload": frozenset({MatterRole.LEAD, MatterRole.REVIEWER, MatterRole.GUEST_UPLOADER}),
}


def access_matter(user: User, matter_id: UUID, *, to: Purpose = "read") -> Matter:
    """A matter the person is on. Raises NotFound behind a wall, NotAllowed when their role is too small."""
    matter = Matter.objects.select_related("client").filter(pk=matter_id).first()
    if matter is None:
        raise NotFound
    may(user, matter_id, to=to)
    return matter


def may(user: User, matter_id: UUID, *, to: Purpose) -> MatterRole:
    """The person's role, if it allows the purpose. Raises NotFound for people not on it, NotAllowed for small roles."""
    role = role_on(user, matter_id)
    if role is None or (role == MatterRole.GUEST_UPLOADER and to != "upload"):
        raise NotFound
    if role not in MAY[to]:
        raise NotAllowed
    return role


def role_on(user: User, matter_id: UUID) -> MatterRole | None:
    """What the person is on this matter; None when not on it or excluded."""
    if MatterExclusion.objects.filter(user=user, matter_id=matter_id).exists():
        return None
    role = MatterMember.objects.filter(user=user, matter_id=matter_id).values_list("role", flat=True).first()
    return MatterRole(role) if role else None


def leads_somewhere(user: User) -> bool:
    """Whether the person leads any matter that no wall keeps them from."""
    kept_from = MatterExclusion.objects.filter(user=user).values("matter_id")
    return (
        MatterMember.objects.filter(user=user, role=MatterRole.LEAD).exclude(matter_id__in=kept_from).exists()
    )


def matters_of(user: User) -> list[Matter]:
    """The matters a person may read, newest first."""
    return list(Matter.objects.select_related("client").order_by("-created_at"))


def matters_to_deliver_to(user: User) -> list[UUID]:
    """The matters a guest may upload to; nothing else about them can be read."""
    guest = MatterMember.objects.filter(user=user, role=MatterRole.GUEST_UPLOADER)
    return list(guest.values_list("matter_id", flat=True))
