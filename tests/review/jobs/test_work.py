"""What a worker does around a step: every way in which the step can end, and what the document is told."""

import logging
from uuid import UUID

import pytest
from django.conf import settings

from review.accounts.models import User
from review.documents.models import Document, ReadingState
from review.findings.tasks import read_task
from review.ids import uuid7
from review.jobs.dispatching import reap
from review.jobs.errors import Hopeless, NotNow
from review.jobs.models import Job, JobState
from review.jobs.services import Claimed, due_reading, finish
from review.jobs.work import work
from tests.cast import as_job, as_person

from .conftest import claimed, end_lease, hinted, let_time_pass, now


class Told:
    """Who was told that a job was given up."""

    def __init__(self) -> None:
        self.jobs: list[UUID] = []

    def __call__(self, job_id: UUID, organization_id: UUID, matter_id: UUID) -> None:
        self.jobs.append(job_id)


@pytest.fixture
def told() -> Told:
    return Told()


def complete(job: Claimed) -> None:
    with finish(job):
        pass


def test_a_step_that_ends_well_ends_the_job(job: Job, told: Told) -> None:
    work(str(job.pk), complete, settle=told)
    assert now(job).state == JobState.DONE
    assert told.jobs == []


def test_a_message_that_comes_twice_is_worked_once(job: Job, told: Told) -> None:
    done: list[UUID] = []

    def step(mine: Claimed) -> None:
        done.append(mine.id)
        complete(mine)

    for _ in range(3):
        work(str(job.pk), step, settle=told)
    assert done == [job.pk]


def test_a_message_about_nothing_is_no_error(told: Told) -> None:
    work(str(uuid7()), complete, settle=told)
    assert told.jobs == []


def test_a_failing_step_is_named_by_its_class_and_never_by_its_words(
    job: Job, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    def step(mine: Claimed) -> None:
        raise ValueError("Neither party may assign this Agreement")

    with caplog.at_level(logging.INFO):
        work(str(job.pk), step, settle=told)
    assert now(job).state == JobState.FAILED_RETRYABLE
    assert now(job).error == "It failed while being worked on (ValueError)."
    assert "ValueError" in caplog.text
    assert "assign" not in caplog.text


def test_the_third_failure_tells_the_document(job: Job, told: Told) -> None:
    def step(mine: Claimed) -> None:
        raise ValueError

    for _ in range(settings.JOB_ATTEMPTS):
        let_time_pass(job)
        work(str(job.pk), step, settle=told)
    assert now(job).state == JobState.QUARANTINED
    assert told.jobs == [job.pk]


def test_a_step_that_must_wait_costs_no_attempt(job: Job, told: Told) -> None:
    def step(mine: Claimed) -> None:
        raise NotNow("The graphics processor is away.", seconds=30)

    work(str(job.pk), step, settle=told)
    assert (now(job).state, now(job).attempt) == (JobState.QUEUED, 0)
    assert told.jobs == []


def test_a_hopeless_step_tells_the_document_at_once(job: Job, told: Told) -> None:
    def step(mine: Claimed) -> None:
        raise Hopeless("This file is damaged.")

    work(str(job.pk), step, settle=told)
    assert now(job).state == JobState.QUARANTINED
    assert now(job).error == "This file is damaged."
    assert told.jobs == [job.pk]


def test_a_late_worker_cannot_give_up_what_another_one_has(job: Job, told: Told) -> None:
    def step(mine: Claimed) -> None:
        end_lease(job)
        reap()
        let_time_pass(job)
        claimed(job)
        raise Hopeless("This file is damaged.")

    work(str(job.pk), step, settle=told)
    assert now(job).state == JobState.LEASED
    assert told.jobs == []


def test_a_late_worker_writes_nothing_and_is_not_an_error(job: Job, told: Told) -> None:
    def step(mine: Claimed) -> None:
        end_lease(job)
        reap()
        complete(mine)

    work(str(job.pk), step, settle=told)
    assert now(job).state == JobState.FAILED_RETRYABLE
    assert told.jobs == []


def test_a_document_whose_readers_were_all_killed_is_told_and_says_why(ada: User, document: Document) -> None:
    with as_person(ada):
        job = due_reading(document)
    for _ in range(settings.JOB_ATTEMPTS):
        let_time_pass(job)
        claimed(job)
        end_lease(job)
        reap()
    assert job.pk in hinted()
    read_task(str(job.pk))
    with as_job(document):
        document.refresh_from_db()
        assert document.reading == ReadingState.FAILED
        assert document.reading_sentence == "The worker stopped while it had this file, each time it tried."
    assert now(job).settled
