from celery import shared_task

from review.findings.case_findings import read_case
from review.jobs.work import work
from review.readings.read_part import LONGEST_CASE, settle_part


@shared_task(name="review.asking.tasks.inquire_task", time_limit=LONGEST_CASE)
def inquire_task(job_id: str) -> None:
    """Put the question of a person to a case file. Its answer is no finding, but columns may join it."""
    work(job_id, read_case, settle=settle_part)
