"""One job on its way: due, claimed, renewed, finished, given back, postponed, quarantined, cancelled, tried again."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from review.accounts.models import User
from review.documents.models import Document
from review.jobs.dispatching import reap
from review.jobs.errors import LeaseLost
from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import (
    cancel,
    claim,
    due,
    extend,
    finish,
    give_back,
    postpone,
    quarantine,
    try_again,
)
from tests.cast import as_job, as_person

from .conftest import claimed, end_lease, let_time_pass, now


def test_the_same_work_is_due_once(ada: User, document: Document, job: Job) -> None:
    with as_person(ada):
        assert due(JobKind.RENDER, document, input_hash="1-6-192-mupdf-1") == job
        assert due(JobKind.RENDER, document, input_hash="7-12-192-mupdf-1") != job


def test_work_is_due_exactly_when_the_change_that_asks_for_it_is_kept(ada: User, document: Document) -> None:
    def fail() -> None:
        with as_person(ada):
            due(JobKind.RENDER, document, input_hash="never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with as_person(ada):
        assert not Job.objects.filter(input_hash="never").exists()


def test_a_claimed_job_is_nobody_elses(job: Job) -> None:
    first = claimed(job)
    assert claim(job.pk, job.organization_id, job.matter_id) is None
    assert now(job).lease_token == first.token


def test_the_attempt_counts_from_the_claim_on_so_that_a_kill_counts(job: Job) -> None:
    assert claimed(job).attempt == 1
    assert now(job).attempt == 1


def test_a_job_of_another_matter_cannot_be_claimed(job: Job, other_document: Document) -> None:
    assert claim(job.pk, other_document.organization_id, other_document.matter_id) is None
    assert now(job).state == JobState.QUEUED


def test_a_heartbeat_renews_the_lease_and_notes_progress(job: Job) -> None:
    mine = claimed(job)
    end_lease(job)
    assert extend(mine, done=3, total=12)
    after = now(job)
    assert after.lease_until > timezone.now()
    assert (after.progress_done, after.progress_total) == (3, 12)


def test_a_finished_job_is_over(job: Job) -> None:
    with finish(claimed(job)):
        pass
    assert now(job).state == JobState.DONE
    assert claim(job.pk, job.organization_id, job.matter_id) is None


def test_what_fails_while_it_is_written_leaves_the_job_in_hand(job: Job) -> None:
    mine = claimed(job)

    def fail() -> None:
        with finish(mine):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert now(job).state == JobState.LEASED
    assert extend(mine)


def test_a_failed_attempt_is_tried_again_later_not_at_once(job: Job) -> None:
    assert give_back(claimed(job), "It failed.") == JobState.FAILED_RETRYABLE
    assert claim(job.pk, job.organization_id, job.matter_id) is None
    let_time_pass(job)
    assert claimed(job).attempt == 2


def test_a_job_given_back_cannot_be_finished_by_who_gave_it_back(job: Job) -> None:
    mine = claimed(job)
    give_back(mine, "It failed.")
    with pytest.raises(LeaseLost), finish(mine):
        raise AssertionError("nothing may be written")
    assert now(job).state == JobState.FAILED_RETRYABLE


def test_after_three_attempts_a_job_is_quarantined(job: Job) -> None:
    states = []
    for _ in range(settings.JOB_ATTEMPTS):
        let_time_pass(job)
        states.append(give_back(claimed(job), "It failed."))
    assert states == [JobState.FAILED_RETRYABLE, JobState.FAILED_RETRYABLE, JobState.QUARANTINED]
    let_time_pass(job)
    assert claim(job.pk, job.organization_id, job.matter_id) is None


def test_three_killed_workers_quarantine_a_job_with_its_cause(job: Job) -> None:
    for _ in range(settings.JOB_ATTEMPTS):
        let_time_pass(job)
        claimed(job)
        end_lease(job)
        reap()
    after = now(job)
    assert after.state == JobState.QUARANTINED
    assert after.error == "The worker stopped while it had this file, each time it tried."


def test_the_reaper_leaves_a_living_lease_alone(job: Job) -> None:
    mine = claimed(job)
    reap()
    assert now(job).lease_token == mine.token
    assert now(job).state == JobState.LEASED


def test_something_missing_outside_costs_no_attempt(job: Job) -> None:
    for _ in range(settings.JOB_ATTEMPTS + 2):
        let_time_pass(job)
        postpone(claimed(job), "The graphics processor is away.", 30)
    after = now(job)
    assert (after.state, after.attempt) == (JobState.QUEUED, 0)
    assert after.error == "The graphics processor is away."
    assert after.not_before > timezone.now() + timedelta(seconds=20)


def test_a_hopeless_job_is_not_tried_again(job: Job) -> None:
    quarantine(claimed(job), "This file is damaged.")
    let_time_pass(job)
    assert claim(job.pk, job.organization_id, job.matter_id) is None
    assert now(job).error == "This file is damaged."


def test_a_cancelled_job_stops_the_worker_that_has_it(job: Job) -> None:
    mine = claimed(job)
    with as_job(job):
        assert cancel([job]) == 1
    assert not extend(mine)
    with pytest.raises(LeaseLost), finish(mine):
        raise AssertionError("nothing may be written")


def test_cancelling_leaves_what_is_over(job: Job) -> None:
    with finish(claimed(job)):
        pass
    with as_job(job):
        assert cancel([job]) == 0
    assert now(job).state == JobState.DONE


def test_a_person_restarts_a_quarantined_job_with_all_attempts_new(job: Job, document: Document) -> None:
    quarantine(claimed(job), "This file is damaged.")
    with as_job(job):
        assert try_again(document) == 1
    after = now(job)
    assert (after.state, after.attempt, after.settled, after.error) == (JobState.QUEUED, 0, False, "")
    assert claimed(job).attempt == 1
