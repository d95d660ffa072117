from uuid import UUID

from celery import shared_task

from review.documents.models import Document, DocumentState
from review.jobs.services import given_up
from review.jobs.work import work
from review.tenancy.context import in_context

from .draw_pages import draw_pages
from .read_file import read_file


@shared_task(name="review.intake.tasks.parse_task")
def parse_task(job_id: str) -> None:
    work(job_id, read_file, settle=settle_parsing)


@shared_task(name="review.intake.tasks.render_task")
def render_task(job_id: str) -> None:
    work(job_id, draw_pages, settle=settle_drawing)


def settle_parsing(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Tell the document that it was given up, and why."""
    with in_context(organization_id, matter=matter_id):
        job = given_up(job_id)
        if job is None:
            return
        Document.objects.filter(jobs=job).update(
            state=DocumentState.FAILED, cause="quarantined", sentence=job.error
        )


def settle_drawing(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """A page that cannot be drawn is still readable as text, so only the job knows."""
    with in_context(organization_id, matter=matter_id):
        given_up(job_id)
