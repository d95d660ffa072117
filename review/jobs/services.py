"""Every change of a job: due, claim, extend, finish, give back. Each is one compare-and-set in the database.

Runs as `app` inside the job's own context. The dispatcher's side (hints, reaping) is in dispatching.py.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from review.documents.models import Document, ReadingState
from review.matters.models import Matter
from review.tenancy.context import in_context

from .errors import LeaseLost
from .models import Job, JobKind, JobState

CLAIMABLE = (JobState.QUEUED, JobState.FAILED_RETRYABLE)
FINAL = (JobState.DONE, JobState.QUARANTINED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in this worker's hands: what it works on, and the token that proves the hands are still its own."""

    id: UUID
    organization_id: UUID
    matter: UUID | None
    document_id: UUID | None
    subject_id: UUID
    kind: JobKind
    input_hash: str
    attempt: int
    token: UUID

    @property
    def matter_id(self) -> UUID:
        """The matter it is of; work of the firm as a whole has none, and may not ask."""
        assert self.matter is not None, "work of the firm as a whole lies in no matter"
        return self.matter


def due(
    kind: JobKind,
    document: Document,
    *,
    subject_id: UUID | None = None,
    input_hash: str,
    pipeline_version: int = 1,
    priority: int = 5,
    again: bool | Callable[[], bool] = False,
) -> Job:
    """Make work due in the running transaction; the same work is due once, unless `again` restarts it when over.

    `again` is only asked where the work was due before.
    """
    job, made = Job.objects.get_or_create(
        organization_id=document.organization_id,
        matter_id=document.matter_id,
        kind=kind,
        subject_id=subject_id or document.pk,
        input_hash=input_hash,
        pipeline_version=pipeline_version,
        defaults={"document": document, "priority": priority},
    )
    if not made and (again() if callable(again) else again):
        _restart(Job.objects.filter(pk=job.pk, state__in=FINAL))
    return job


@dataclass(frozen=True, slots=True)
class FirstWork:
    """Work on something that was made in the running transaction."""

    kind: JobKind
    subject_id: UUID
    input_hash: str
    priority: int = 5


def due_first(document: Document, works: Iterable[FirstWork]) -> None:
    """Make work due in one statement that cannot have been due before: nobody else knows its subjects yet."""
    Job.objects.bulk_create(
        Job(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            document_id=document.pk,
            kind=work.kind,
            subject_id=work.subject_id,
            input_hash=work.input_hash,
            priority=work.priority,
        )
        for work in works
    )


def due_for_matter(
    kind: JobKind,
    matter: Matter,
    *,
    subject_id: UUID,
    input_hash: str,
    priority: int = 5,
    again: bool = False,
) -> Job:
    """The same for work on a whole matter, which names no document."""
    job, made = Job.objects.get_or_create(
        organization_id=matter.organization_id,
        matter_id=matter.pk,
        kind=kind,
        subject_id=subject_id,
        input_hash=input_hash,
        pipeline_version=1,
        defaults={"priority": priority},
    )
    if again and not made:
        _restart(Job.objects.filter(pk=job.pk, state__in=FINAL))
    return job


def due_for_firm(
    kind: JobKind, organization_id: UUID, *, subject_id: UUID, input_hash: str, using: str = DEFAULT_DB_ALIAS
) -> Job:
    """The same for work of the firm as a whole, which sees nothing behind any matter's wall; started anew when over."""
    job, made = Job.objects.using(using).get_or_create(
        organization_id=organization_id,
        matter=None,
        kind=kind,
        subject_id=subject_id,
        input_hash=input_hash,
        pipeline_version=1,
    )
    if not made:
        _restart(Job.objects.using(using).filter(pk=job.pk, state__in=FINAL))
    return job


def due_reading(document: Document) -> Job:
    """Make the reading of a document's current text due, also when an earlier one is over."""
    assert document.text is not None
    Document.objects.filter(pk=document.pk).exclude(reading=ReadingState.RUNNING).update(
        reading=ReadingState.PENDING, reading_sentence=""
    )
    return due(
        JobKind.READ, document, subject_id=document.text.pk, input_hash=document.text.sha256, again=True
    )


def claim(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> Claimed | None:
    """Take a job that is due, or None when somebody else has it, it is over, or its time has not come."""
    token, now = uuid4(), timezone.now()
    with in_context(organization_id, matter=matter_id):
        due_now = Job.objects.filter(pk=job_id, state__in=CLAIMABLE).filter(
            Q(not_before=None) | Q(not_before__lte=now)
        )
        claimed = due_now.update(
            state=JobState.LEASED,
            attempt=F("attempt") + 1,
            lease_token=token,
            lease_until=_lease_end(),
            error="",
        )
        if not claimed:
            return None
        named = ("document_id", "subject_id", "kind", "input_hash", "attempt")
        document, subject, kind, input_hash, attempt = Job.objects.values_list(*named).get(pk=job_id)
    return Claimed(
        id=job_id,
        organization_id=organization_id,
        matter=matter_id,
        document_id=document,
        subject_id=subject,
        kind=JobKind(kind),
        input_hash=input_hash,
        attempt=attempt,
        token=token,
    )


def extend(job: Claimed, *, done: int | None = None, total: int | None = None) -> bool:
    """Renew the lease and note progress. False when the job is no longer ours: stop working."""
    changes: dict[str, object] = {"lease_until": _lease_end()}
    if done is not None:
        changes["progress_done"] = done
    if total is not None:
        changes["progress_total"] = total
    with in_context(job.organization_id, matter=job.matter):
        return bool(_ours(job).update(**changes))


@contextmanager
def begin(job: Claimed) -> Iterator[None]:
    """The transaction before the work, in which a late worker cannot say that anything runs. Raises LeaseLost."""
    with in_context(job.organization_id, matter=job.matter):
        if not _ours(job).update(lease_until=_lease_end()):
            raise LeaseLost
        yield


def withdraw(job: Claimed) -> None:
    """End a job in hand as cancelled, when what it works on was cancelled while the job was on its way."""
    with in_context(job.organization_id, matter=job.matter):
        _ours(job).update(
            state=JobState.CANCELLED, lease_token=None, lease_until=None, finished_at=timezone.now()
        )


@contextmanager
def finish(job: Claimed) -> Iterator[None]:
    """One transaction: the token is checked, then the caller writes the results. Raises LeaseLost, writing nothing."""
    with in_context(job.organization_id, matter=job.matter):
        finished = _ours(job).update(
            state=JobState.DONE, finished_at=timezone.now(), lease_until=None, error="", settled=True
        )
        if not finished:
            raise LeaseLost
        yield


def give_back(job: Claimed, sentence: str) -> JobState | None:
    """The attempt failed: try again later, or quarantine after the last. None when the lease was lost."""
    last = job.attempt >= settings.JOB_ATTEMPTS
    state = JobState.QUARANTINED if last else JobState.FAILED_RETRYABLE
    wait = timedelta(seconds=2**job.attempt)
    with in_context(job.organization_id, matter=job.matter):
        changed = _ours(job).update(
            state=state,
            error=sentence,
            lease_until=None,
            not_before=timezone.now() + wait,
            hinted_at=None,
            finished_at=timezone.now() if last else None,
        )
    return state if changed else None


def postpone(job: Claimed, sentence: str, seconds: int) -> None:
    """Something outside is missing: wait without counting the attempt."""
    with in_context(job.organization_id, matter=job.matter):
        _ours(job).update(
            state=JobState.QUEUED,
            attempt=F("attempt") - 1,
            error=sentence,
            lease_until=None,
            not_before=timezone.now() + timedelta(seconds=seconds),
            hinted_at=None,
        )


def quarantine(job: Claimed, sentence: str) -> bool:
    """Stop trying: another attempt would end the same way. False when the lease was lost."""
    with in_context(job.organization_id, matter=job.matter):
        return bool(
            _ours(job).update(
                state=JobState.QUARANTINED, error=sentence, lease_until=None, finished_at=timezone.now()
            )
        )


def given_up(job_id: UUID) -> Job | None:
    """A quarantined job whose document is told in this transaction; None when it was told, or is tried again."""
    told = Job.objects.filter(pk=job_id, state=JobState.QUARANTINED, settled=False).update(settled=True)
    return Job.objects.get(pk=job_id) if told else None


def cancel(jobs: list[Job]) -> int:
    """Stop work that is not over yet; a worker that has it finds its lease gone. Returns how many were stopped."""
    unfinished = Job.objects.filter(pk__in=[job.pk for job in jobs]).exclude(state__in=FINAL)
    return unfinished.update(
        state=JobState.CANCELLED, lease_token=None, lease_until=None, finished_at=timezone.now()
    )


def try_again(document: Document) -> int:
    """Let a person restart the quarantined and cancelled jobs of a document, with all attempts new."""
    return _restart(
        Job.objects.filter(document=document, state__in=(JobState.QUARANTINED, JobState.CANCELLED))
    )


def _restart(jobs: QuerySet[Job]) -> int:
    return jobs.update(
        state=JobState.QUEUED,
        attempt=0,
        not_before=None,
        hinted_at=None,
        settled=False,
        error="",
        finished_at=None,
    )


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _ours(job: Claimed) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.id, state=JobState.LEASED, lease_token=job.token)
