from uuid import UUID

from celery import shared_task

from review.documents.models import Document, ReadingState
from review.jobs.services import given_up
from review.jobs.work import work
from review.readings.read_part import LONGEST_CASE, settle_part
from review.tenancy.context import in_context

from .case_findings import read_case
from .learning import learn_question
from .reading import read_document
from .sharing import learn_for_firm


@shared_task(name="review.findings.tasks.read_task")
def read_task(job_id: str) -> None:
    work(job_id, read_document, settle=settle_reading)


@shared_task(name="review.findings.tasks.read_case_task", time_limit=LONGEST_CASE)
def read_case_task(job_id: str) -> None:
    work(job_id, read_case, settle=settle_part)


@shared_task(name="review.findings.tasks.fit_head_task")
def fit_head_task(job_id: str) -> None:
    work(job_id, learn_question, settle=settle_learning)


@shared_task(name="review.findings.tasks.fit_firm_task")
def fit_firm_task(job_id: str) -> None:
    work(job_id, learn_for_firm, settle=settle_learning)


def settle_learning(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Without what would have been learned the question is answered as before, so only the job knows."""
    with in_context(organization_id, matter=matter_id):
        given_up(job_id)


def settle_reading(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Tell the document that its reading was given up, and why."""
    with in_context(organization_id, matter=matter_id):
        job = given_up(job_id)
        if job is None:
            return
        Document.objects.filter(jobs=job, text_id=job.subject_id).update(
            reading=ReadingState.FAILED, reading_sentence=job.error
        )
