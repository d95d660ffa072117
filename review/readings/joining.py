"""Which parts may be asked beside one that is being asked: others of its case file and its reader, that wait."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from review.jobs.models import Job, JobKind, JobState
from review.tenancy.context import in_context

from .models import CasePart, PartState


def due_beside(part: CasePart, *, alike: bool = False) -> list[UUID]:
    """Jobs that may join, the urgent first; only columns to columns and free questions to such where they are `alike`.

    One that a worker was lost with is left to a worker of its own: what killed it must not befall others.
    """
    profile = part.run.profile
    with in_context(part.organization_id, matter=part.matter_id):
        beside = CasePart.objects.filter(
            matter_id=part.matter_id,
            case_file_id=part.case_file_id,
            state=PartState.PENDING,
            run__profile_id=profile.pk,
            run__profile__edition=profile.edition,
        ).exclude(pk=part.pk)
        if alike:
            beside = beside.filter(run__words="") if not part.run.is_free else beside.exclude(run__words="")
        jobs = Job.objects.filter(
            Q(not_before=None) | Q(not_before__lte=timezone.now()),
            matter_id=part.matter_id,
            kind__in=(JobKind.READ_CASE, JobKind.INQUIRE),
            subject_id__in=beside.values("pk"),
            state=JobState.QUEUED,
            attempt=0,
        )
        return list(jobs.order_by("priority", "created_at").values_list("pk", flat=True))
