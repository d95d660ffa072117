"""A worker inside the test: does what is due in one matter, with the tasks Celery would call, or clears the way."""

from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from review.matters.models import Matter


def work_off(matter: "Matter", *kinds: str) -> int:
    """Do every due job of a matter (of these kinds, or all) until none is left. Returns how many were done."""
    done = 0
    while waiting := _waiting(matter, kinds):
        for job_id, kind in waiting:
            _task(kind)(str(job_id))
            done += 1
    return done


def leave_nothing_due() -> None:
    """End whatever other tests left in the queues of any firm: it would be hinted at before what a test files."""
    from django.db import connections

    with connections["dispatcher"].cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET state = 'cancelled', lease_token = NULL, lease_until = NULL, finished_at = now()"
            " WHERE state IN ('queued', 'leased', 'failed-retryable') OR (state = 'quarantined' AND NOT settled)"
        )


def _waiting(matter: "Matter", kinds: tuple[str, ...]) -> list[tuple[UUID, str]]:
    from django.db.models import Q
    from django.utils import timezone

    from review.jobs.models import Job, JobState
    from review.tenancy.context import in_context

    with in_context(matter.organization_id, matter=matter.pk):
        is_time = Q(not_before=None) | Q(not_before__lte=timezone.now())
        jobs = Job.objects.filter(is_time, state=JobState.QUEUED).order_by("priority", "created_at")
        if kinds:
            jobs = jobs.filter(kind__in=kinds)
        return list(jobs.values_list("pk", "kind"))


def _task(kind: str):  # type: ignore[no-untyped-def]
    from review.asking.tasks import inquire_task
    from review.findings.tasks import fit_firm_task, fit_head_task, read_case_task, read_task
    from review.intake.tasks import parse_task, render_task
    from review.measurement.tasks import compare_task, sheet_task
    from review.readings.tasks import tidy_task, try_reader_task

    return {
        "parse": parse_task,
        "render": render_task,
        "read": read_task,
        "read_case": read_case_task,
        "inquire": inquire_task,
        "fit_head": fit_head_task,
        "fit_firm": fit_firm_task,
        "sheet": sheet_task,
        "compare": compare_task,
        "try_reader": try_reader_task,
        "tidy": tidy_task,
    }[kind]
