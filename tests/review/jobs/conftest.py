"""A job that is due, and the clock as the database sees it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections

from review.accounts.models import User
from review.documents.models import Document
from review.jobs.dispatching import due_hints
from review.jobs.models import Job, JobKind
from review.jobs.services import Claimed, claim, due
from tests.cast import as_job, as_person


@pytest.fixture
def job(ada: User, document: Document) -> Job:
    """The drawing of the document's first pages, due."""
    with as_person(ada):
        return due(JobKind.RENDER, document, input_hash="1-6-192-mupdf-1")


@pytest.fixture
def take(job: Job) -> Callable[[], Claimed | None]:
    """`take()` claims the job as a worker does."""
    return lambda: claim(job.pk, job.organization_id, job.matter_id)


def claimed(job: Job) -> Claimed:
    """The job in a worker's hands; it must have been there to be had."""
    taken = claim(job.pk, job.organization_id, job.matter_id)
    assert taken is not None
    return taken


def now(job: Job) -> Job:
    """The row as it stands."""
    with as_job(job):
        return Job.objects.get(pk=job.pk)


def end_lease(job: Job) -> None:
    """Let the lease run out, as when its worker was killed a minute ago."""
    set_back(job, "lease_until")


def let_time_pass(job: Job) -> None:
    """Let the time come before which the job must not be tried, and before which it is not hinted at again."""
    set_back(job, "not_before")
    set_back(job, "hinted_at")


def set_back(job: Job, column: str) -> None:
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute(f"UPDATE jobs_job SET {column} = {column} - interval '1 hour' WHERE id = %s", [job.pk])


def hinted() -> dict[UUID, tuple[str, str]]:
    """Every hint that goes out now, by job."""
    hints: dict[UUID, tuple[str, str]] = {}
    while found := {
        job_id: (task, queue) for job_id, task, queue in due_hints(at_most=1_000_000) if job_id not in hints
    }:
        hints |= found
    return hints
