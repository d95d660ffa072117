from uuid import UUID

from celery import shared_task

from review.jobs.services import given_up
from review.jobs.work import work
from review.readers.services import note_problem
from review.tenancy.context import in_context

from .try_reader import try_out


@shared_task(name="review.readings.tasks.try_reader_task")
def try_reader_task(job_id: str) -> None:
    work(job_id, try_out, settle=settle_trial)


def settle_trial(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Tell the profile that trying it out was given up, and why."""
    with in_context(organization_id, matter=matter_id):
        job = given_up(job_id)
        if job is not None:
            note_problem(job.subject_id, job.error)
