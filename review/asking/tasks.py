from celery import shared_task

from review.jobs.services import Claimed
from review.jobs.work import work
from review.readings.models import CaseAnswer, CaseQuote
from review.readings.read_part import LONGEST_CASE, read_part, settle_part


@shared_task(name="review.asking.tasks.inquire_task", time_limit=LONGEST_CASE)
def inquire_task(job_id: str) -> None:
    work(job_id, inquire, settle=settle_part)


def inquire(job: Claimed) -> None:
    """Put the question of a person to the case file of this job."""
    read_part(job, keep=nothing_beside)


def nothing_beside(answer: CaseAnswer, quotes: list[CaseQuote]) -> None:
    """An answer to a free question is no finding."""
