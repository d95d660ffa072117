"""The job of a matter that lets go of its readings in time: one a matter, due when the first of them ends."""

from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import due_for_matter
from review.matters.models import Matter

from .models import KeptReading, Place

OFTEN = timedelta(hours=1)  # terms may have changed, and workers may have stopped, without anybody telling


def due_tidying(matter: Matter, *, now: bool = False) -> Job:
    """Make the tidying of a matter due when the first of its readings ends, in an hour at the latest, or at once."""
    job = due_for_matter(JobKind.TIDY, matter, subject_id=matter.pk, input_hash="readings", again=True)
    at = timezone.now() if now else _earliest(matter)
    waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    if now or not waiting.filter(not_before__lte=at).exists():
        waiting.update(not_before=at)
    return job


def _earliest(matter: Matter) -> datetime:
    kept = KeptReading.objects.filter(matter_id=matter.pk).exclude(place=Place.GONE)
    latest = timezone.now() + OFTEN
    return min(latest, kept.aggregate(first=Min("ends_at"))["first"] or latest)
