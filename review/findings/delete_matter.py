"""Deleting a matter for good: its rows, blobs and readings, and what it taught others. For an operator's shell alone.

The service itself may not remove what only grows, so this runs as the role `maintenance`, in one transaction: what the
matter taught is taken back first, since the database keeps the matter as long as a lesson of it is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db import connections, transaction
from django.db.models import QuerySet

from review.accounts.models import User
from review.documents.blobs import remove_blobs_of
from review.errors import Conflict, NotAllowed, NotFound
from review.jobs.models import Job
from review.matters.models import Matter, MatterExclusion, MatterMember
from review.readings.models import MatterReadingKey
from review.readings.reading_folders import delete_folder_of, matters_with_folders
from review.readings.readings_gone import ReadingsGone, give_back_shares, readings_gone
from review.tenancy.models import AuditEvent, Membership, Role, TenantModel
from review.tenancy.turns import Turn, take_turn

from .models import LessonWithdrawal, SharedLesson, Withdrawn
from .sharing import take_back
from .terms import facts_of

OPERATOR = "maintenance"


@dataclass(frozen=True, slots=True)
class Deleted:
    """What went: rows by table, blobs, saved readings with their key, and the receipts of what was taught."""

    rows: dict[str, int]
    blobs: int
    readings: ReadingsGone
    receipts: tuple[LessonWithdrawal, ...]


def may_delete(matter_id: UUID, organization_id: UUID, by: User) -> None:
    """Raises NotAllowed unless the person administers the firm, NotFound where a wall keeps them from the matter."""
    mine = Membership.objects.using(OPERATOR).filter(organization_id=organization_id, user=by)
    if not mine.filter(role=Role.ADMINISTRATOR).exists():
        raise NotAllowed("Only an administrator of the firm can have a matter deleted.")
    walls = MatterExclusion.objects.using(OPERATOR).filter(matter_id=matter_id, user=by)
    if walls.exists() or not _matter(matter_id, organization_id).exists():
        raise NotFound


def delete_matter(matter_id: UUID, organization_id: UUID, *, by: User) -> Deleted:
    """Delete a matter with everything in it, taking back what it taught. Raises NotAllowed, NotFound, or Conflict."""
    with transaction.atomic(using=OPERATOR):
        may_delete(matter_id, organization_id, by)
        # Its jobs first: a worker that finishes one of them waits for what it taught while it holds the job.
        rows = {Job._meta.db_table: Job.objects.using(OPERATOR).filter(matter_id=matter_id).delete()[0]}
        take_turn(Turn.LESSONS, organization_id, using=OPERATOR)
        if not _matter(matter_id, organization_id).select_for_update().exists():
            raise Conflict("Somebody else has deleted this matter meanwhile.")
        lessons = SharedLesson.objects.filter(source_id=matter_id)
        receipts = take_back(lessons, why=Withdrawn.DELETED, by_id=by.pk, using=OPERATOR)
        give_back_shares(matter_id, using=OPERATOR)
        rows |= {model._meta.db_table: _delete_rows(model, matter_id) for model in _inside()}
        _matter(matter_id, organization_id)._raw_delete(OPERATOR)
        for receipt in receipts:
            _record(by, organization_id, "question.lesson_taken_back", receipt, facts_of(receipt))
        gone = readings_gone(organization_id, matter_id, keys=rows[MatterReadingKey._meta.db_table])
        told = {"rows": sum(rows.values()), **gone.as_facts()}
        _record(by, organization_id, "matter.deleted", Matter(pk=matter_id), told)
    for each in (matter_id, *_left_behind(organization_id)):
        delete_folder_of(organization_id, each)
    return Deleted(
        {table: number for table, number in rows.items() if number},
        remove_blobs_of(organization_id, matter_id),
        gone,
        tuple(receipts),
    )


def _left_behind(organization_id: UUID) -> list[UUID]:
    """Matters that are gone and whose readings a deletion that was killed left on the disk.

    They are looked up after the folders were listed: a matter is there before its folder is.
    """
    listed = matters_with_folders(organization_id)
    there = Matter.objects.using(OPERATOR).filter(organization_id=organization_id, pk__in=listed)
    known = set(there.values_list("pk", flat=True))
    return [each for each in listed if each not in known]


def _inside() -> list[type[TenantModel]]:
    """The tables that name a matter, besides jobs and the audit trail, which outlives what it tells of."""
    named = [
        model
        for model in apps.get_models()
        if issubclass(model, TenantModel)
        and any(field.attname == "matter_id" for field in model._meta.fields)
    ]
    return [model for model in named if model not in (Job, AuditEvent, MatterMember)] + [MatterMember]


def _delete_rows(model: type[TenantModel], matter_id: UUID) -> int:
    """References are checked at the commit, so the order does not matter and nothing is fetched to be deleted."""
    with connections[OPERATOR].cursor() as cursor:
        cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE matter_id = %s', [matter_id])  # noqa: S608
        return int(cursor.rowcount)


def _matter(matter_id: UUID, organization_id: UUID) -> QuerySet[Matter]:
    return Matter.objects.using(OPERATOR).filter(pk=matter_id, organization_id=organization_id)


def _record(
    by: User,
    organization_id: UUID,
    action: str,
    subject: Matter | LessonWithdrawal,
    detail: Mapping[str, object],
) -> None:
    """Not below the matter, whose wall nobody could pass any more: the firm keeps what became of it."""
    AuditEvent.objects.using(OPERATOR).create(
        organization_id=organization_id,
        actor_id=by.pk,
        action=action,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        detail=dict(detail),
    )
