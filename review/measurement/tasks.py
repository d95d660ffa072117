from uuid import UUID

from celery import shared_task

from review.jobs.services import given_up
from review.jobs.work import work
from review.tenancy.context import in_context

from .compare import compare
from .models import BackTest, BackTestRun, BackTestState
from .read_sheet import read_sheet
from .services import state_without_work


@shared_task(name="review.measurement.tasks.sheet_task")
def sheet_task(job_id: str) -> None:
    work(job_id, read_sheet, settle=settle_sheet)


@shared_task(name="review.measurement.tasks.compare_task")
def compare_task(job_id: str) -> None:
    work(job_id, compare, settle=settle_comparison)


def settle_sheet(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Tell the back-test that its spreadsheet could not be read, and why."""
    with in_context(organization_id, matter=matter_id):
        job = given_up(job_id)
        if job is not None:
            BackTest.objects.filter(pk=job.subject_id, state=BackTestState.READING).update(
                state=BackTestState.FAILED, sentence=job.error
            )


def settle_comparison(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Tell the back-test that a comparison was given up; its columns can be chosen again."""
    with in_context(organization_id, matter=matter_id):
        job = given_up(job_id)
        if job is None:
            return
        backtest = BackTestRun.objects.select_related("backtest").get(pk=job.subject_id).backtest
        BackTest.objects.filter(pk=backtest.pk, state=BackTestState.COMPARING).update(
            state=state_without_work(backtest), sentence=job.error
        )
