import logging
from uuid import UUID

from celery import shared_task
from celery.signals import worker_process_init, worker_process_shutdown
from django.db import Error as DatabaseTrouble

from review import engine
from review.jobs.services import given_up
from review.jobs.work import work
from review.readers.services import note_problem
from review.tenancy.context import in_context

from .tend_memory import tender
from .tidy_readings import settle_tidying, tidy
from .try_reader import try_out

log = logging.getLogger(__name__)


@worker_process_init.connect
def tend_memory(**_: object) -> None:
    """Each process of a worker tends what it will hold."""
    tender.start()


@worker_process_shutdown.connect
def tell_the_last(**_: object) -> None:
    """A process that ends in order says where its readings are, and is not waited for in vain."""
    tender.stop()
    engine.close_whole_reader()
    try:
        tender.tend()
    except DatabaseTrouble:
        log.warning("readings in memory could not be told of at the end")


@shared_task(name="review.readings.tasks.try_reader_task")
def try_reader_task(job_id: str) -> None:
    work(job_id, try_out, settle=settle_trial)


@shared_task(name="review.readings.tasks.tidy_task")
def tidy_task(job_id: str) -> None:
    work(job_id, tidy, settle=settle_tidying)


def settle_trial(job_id: UUID, organization_id: UUID, matter_id: UUID | None) -> None:
    """Tell the profile that trying it out was given up, and why."""
    with in_context(organization_id, matter=matter_id):
        job = given_up(job_id)
        if job is not None:
            note_problem(job.subject_id, job.error)
