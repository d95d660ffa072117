"""Every write of the room: clients, matters, who is on them, what was agreed about AI."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from review.accounts.models import User
from review.errors import Conflict, Invalid, ReviewError
from review.ids import uuid7
from review.tenancy.access import belongs
from review.tenancy.audit import record

from .models import AiTerms, Client, Matter, MatterExclusion, MatterMember, MatterRole

BRIEF = ("side", "structure", "signing_on", "closing_on", "materiality", "scope")


class AiForbidden(ReviewError):
    """The client or the matter does not allow this reader."""

    code = "ai_forbidden"
    status = 409
    sentence = "The AI terms of this client or matter do not allow machine reading."


def create_client(*, name: str, number: str, by: User, organization_id: UUID) -> Client:
    """Record a client. Raises Conflict when its number is taken."""
    if Client.objects.filter(number=number).exists():
        raise Conflict(f"There is already a client with the number {number}.")
    client = Client.objects.create(organization_id=organization_id, name=name, number=number)
    record(by, "client.created", client)
    return client


def client_numbered(number: str, *, name: str, by: User, organization_id: UUID) -> Client:
    """The client of this number, recorded now if it is new."""
    found = Client.objects.filter(number=number).first()
    return found or create_client(name=name, number=number, by=by, organization_id=organization_id)


def create_matter(client: Client, *, name: str, number: str, by: User, **brief: Any) -> Matter:
    """Open a matter led by the person who opens it."""
    if not name.strip() or not number.strip():
        raise Invalid("A matter needs a name and a client-matter number.")
    if unknown := set(brief) - set(BRIEF):
        raise Invalid(f"A matter brief has no {', '.join(sorted(unknown))}.")
    matter = Matter(
        id=uuid7(), organization_id=client.organization_id, client=client, name=name, number=number, **brief
    )
    # The membership comes first: the wall must let the new row through. Its key is checked at commit.
    MatterMember.objects.create(
        organization_id=client.organization_id, matter_id=matter.pk, user=by, role=MatterRole.LEAD
    )
    matter.save(force_insert=True)
    record(by, "matter.created", matter)
    return matter


def change_brief(matter: Matter, *, by: User, **brief: Any) -> Matter:
    """Change what the matter is about."""
    if unknown := set(brief) - {*BRIEF, "name", "number"}:
        raise Invalid(f"A matter brief has no {', '.join(sorted(unknown))}.")
    for field, value in brief.items():
        setattr(matter, field, value)
    matter.save(update_fields=[*brief])
    record(by, "matter.brief_changed", matter, fields=sorted(brief))
    return matter


def add_member(matter: Matter, user: User, *, role: MatterRole, by: User) -> MatterMember:
    """Put a person of the firm on a matter, or change their role. Raises Conflict when a wall keeps them out."""
    if not belongs(user.pk):
        raise Invalid("This person does not belong to the firm.")
    if MatterExclusion.objects.filter(matter_id=matter.pk, user=user).exists():
        raise Conflict("An ethical wall keeps this person from the matter. Lift it first.")
    if role != MatterRole.LEAD:
        _refuse_without_lead(matter, user)
    member, _ = MatterMember.objects.update_or_create(
        organization_id=matter.organization_id, matter_id=matter.pk, user=user, defaults={"role": role}
    )
    record(by, "matter.member_added", matter, person=str(user.pk), role=role)
    return member


def remove_member(matter: Matter, user: User, *, by: User) -> None:
    """Take a person off a matter, at once. The last lead cannot be taken off."""
    _refuse_without_lead(matter, user)
    taken_off, _ = MatterMember.objects.filter(matter_id=matter.pk, user=user).delete()
    if taken_off:
        record(by, "matter.member_removed", matter, person=str(user.pk))


@transaction.atomic
def _refuse_without_lead(matter: Matter, leaving: User) -> None:
    """Raises Conflict when nobody who may enter would lead the matter after this person; two cannot leave at once."""
    Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    leads = set(
        MatterMember.objects.filter(matter_id=matter.pk, role=MatterRole.LEAD).values_list(
            "user_id", flat=True
        )
    )
    excluded = MatterExclusion.objects.filter(matter_id=matter.pk).values_list("user_id", flat=True)
    if leaving.pk in leads and not leads - {leaving.pk} - set(excluded):
        raise Conflict("A matter needs a lead. Make somebody else lead first.")


def exclude(matter: Matter, user: User, *, reason: str, by: User) -> MatterExclusion:
    """Build a wall between a person and a matter; it beats every membership and role."""
    if not belongs(user.pk):
        raise Invalid("This person does not belong to the firm.")
    if user.pk == by.pk:
        raise Invalid("You cannot build a wall against yourself; ask another lead.")
    exclusion, is_new = MatterExclusion.objects.get_or_create(
        organization_id=matter.organization_id,
        matter_id=matter.pk,
        user=user,
        defaults={"reason": reason, "recorded_by": by},
    )
    if is_new:
        record(by, "matter.person_excluded", matter, person=str(user.pk))
    return exclusion


def lift_exclusion(matter: Matter, user: User, *, by: User) -> None:
    """Take a wall away. Nobody lifts their own."""
    lifted, _ = MatterExclusion.objects.filter(matter_id=matter.pk, user=user).delete()
    if lifted:
        record(by, "matter.exclusion_lifted", matter, person=str(user.pk))


def record_ai_terms(subject: Client | Matter, terms: AiTerms, *, by: User) -> None:
    """Record what was agreed about AI, and who recorded it."""
    if terms not in AiTerms.values:
        raise Invalid("Choose allowed, compact reader only, or forbidden.")
    subject.ai_terms, subject.ai_terms_recorded_by, subject.ai_terms_recorded_at = terms, by, timezone.now()
    subject.save(update_fields=["ai_terms", "ai_terms_recorded_by", "ai_terms_recorded_at"])
    record(by, "ai_terms.recorded", subject, terms=terms)


def record_may_teach(subject: Client | Matter, allowed: bool, *, by: User) -> None:
    """Record whether decisions may teach the firm's other matters; what was taught is the room's that learns."""
    subject.may_teach, subject.may_teach_recorded_by = allowed, by
    subject.may_teach_recorded_at = timezone.now()
    subject.save(update_fields=["may_teach", "may_teach_recorded_by", "may_teach_recorded_at"])
    record(by, "ai_terms.teaching_recorded", subject, may_teach=allowed)


def may_teach(matter: Matter) -> bool:
    """Whether decisions of the matter may teach others: client and matter must both say so, and both allow reading."""
    is_agreed = matter.may_teach and matter.client.may_teach
    return is_agreed and ai_terms_of(matter) != AiTerms.FORBIDDEN


def ai_terms_of(matter: Matter) -> AiTerms:
    """The stricter of the client's terms and the matter's."""
    return max(AiTerms(matter.ai_terms), AiTerms(matter.client.ai_terms), key=lambda terms: terms.strictness)


def refuse_unless_allowed(matter: Matter, reader_kind: str) -> None:
    """The door before any reading. Raises AiForbidden in the words of who forbade what."""
    terms = ai_terms_of(matter)
    if terms == AiTerms.FORBIDDEN:
        raise AiForbidden
    if terms == AiTerms.COMPACT_ONLY and reader_kind != "compact":
        raise AiForbidden("The AI terms allow only the compact reader on this matter.")
