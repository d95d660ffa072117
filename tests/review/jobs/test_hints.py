"""The dispatcher: hints for what is due, as often as it takes, and sight of nothing else."""

import pytest
from django.db import ProgrammingError, connections

from review.accounts.models import User
from review.documents.models import Document
from review.ids import uuid7
from review.jobs.dispatching import due_hints, reap, route
from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import claim, due, finish, postpone, quarantine
from tests.cast import as_job, as_person
from tests.workers import leave_nothing_due

from .conftest import claimed, end_lease, hinted, let_time_pass, now


def test_a_due_job_is_hinted_at_on_its_queue(job: Job) -> None:
    assert hinted()[job.pk] == ("review.intake.tasks.render_task", "cpu")


def test_a_hint_is_not_sent_again_at_once(job: Job) -> None:
    assert job.pk in hinted()
    assert job.pk not in hinted()


def test_a_hint_that_the_broker_lost_goes_out_again(job: Job) -> None:
    assert job.pk in hinted()
    let_time_pass(job)
    assert job.pk in hinted()


def test_work_in_hand_and_work_that_is_over_is_not_hinted_at(job: Job) -> None:
    mine = claimed(job)
    assert job.pk not in hinted()
    with finish(mine):
        pass
    assert job.pk not in hinted()


def test_work_whose_time_has_not_come_is_not_hinted_at(job: Job) -> None:
    postpone(claimed(job), "The graphics processor is away.", 30)
    assert job.pk not in hinted()
    let_time_pass(job)
    assert job.pk in hinted()


def test_a_returned_lease_is_hinted_at_once_more(job: Job) -> None:
    assert job.pk in hinted()
    claimed(job)
    end_lease(job)
    reap()
    assert job.pk in hinted()
    assert now(job).state == JobState.FAILED_RETRYABLE


def test_a_quarantined_job_is_hinted_at_until_its_document_was_told(job: Job) -> None:
    quarantine(claimed(job), "This file is damaged.")
    assert job.pk in hinted()
    with as_job(job):
        Job.objects.filter(pk=job.pk).update(settled=True)
    let_time_pass(job)
    assert job.pk not in hinted()


def test_a_route_says_where_a_job_belongs_and_no_more(job: Job) -> None:
    found = route(job.pk)
    assert found is not None
    assert (found.organization_id, found.matter_id, found.kind, found.state) == (
        job.organization_id,
        job.matter_id,
        JobKind.RENDER,
        JobState.QUEUED,
    )
    assert route(uuid7()) is None


@pytest.mark.parametrize(
    "question",
    [
        "SELECT error FROM jobs_job",
        "SELECT input_hash FROM jobs_job",
        "SELECT subject_id FROM jobs_job",
        "SELECT name FROM documents_document",
        "SELECT content FROM documents_documenttext",
        "SELECT email FROM accounts_user",
        "UPDATE jobs_job SET organization_id = matter_id",
        "UPDATE jobs_job SET attempt = 0",
        "DELETE FROM jobs_job",
    ],
)
def test_the_dispatcher_is_shown_nothing_but_the_way(job: Job, question: str) -> None:
    with (
        connections["dispatcher"].cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        cursor.execute(question)


def test_the_reaper_does_not_wait_for_a_job_that_is_being_finished(job: Job) -> None:
    mine = claimed(job)
    end_lease(job)
    with finish(mine):
        with connections["dispatcher"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        try:
            reap()
        finally:
            connections["dispatcher"].close()
    assert now(job).state == JobState.DONE


def test_a_queue_is_not_flooded_and_what_is_urgent_goes_first(ada: User, document: Document) -> None:
    leave_nothing_due()
    room = 3
    with as_person(ada):
        crowd = [due(JobKind.RENDER, document, input_hash=f"{n}", priority=9).pk for n in range(5)]
        urgent = due(JobKind.RENDER, document, input_hash="urgent", priority=0).pk
    sent = [job_id for job_id, _, _ in due_hints(at_most=room)]
    assert sorted(sent) == sorted([urgent, *crowd[:2]])
    assert due_hints(at_most=room) == []
    claim(urgent, document.organization_id, document.matter_id)
    assert [job_id for job_id, _, _ in due_hints(at_most=room)] == [crowd[2]]


def test_matters_take_turns_however_much_one_of_them_has_due(
    ada: User, dan: User, document: Document, other_document: Document
) -> None:
    leave_nothing_due()
    with as_person(ada):
        crowd = [due(JobKind.RENDER, document, input_hash=f"{n}").pk for n in range(6)]
    with as_person(dan):
        late = [due(JobKind.RENDER, other_document, input_hash=f"{n}").pk for n in range(2)]
    assert sorted(job_id for job_id, _, _ in due_hints(at_most=3)) == sorted([crowd[0], late[0], crowd[1]])
    for job_id in crowd[:2]:
        claim(job_id, document.organization_id, document.matter_id)
    claim(late[0], other_document.organization_id, other_document.matter_id)
    # One is in hand of the one matter and two of the other.
    assert sorted(job_id for job_id, _, _ in due_hints(at_most=2)) == sorted([late[1], crowd[2]])


def test_what_is_urgent_goes_before_whose_turn_it_is(
    ada: User, dan: User, document: Document, other_document: Document
) -> None:
    leave_nothing_due()
    with as_person(dan):
        due(JobKind.RENDER, other_document, input_hash="patient")
    with as_person(ada):
        urgent = [due(JobKind.RENDER, document, input_hash=f"{n}", priority=0).pk for n in range(2)]
    assert sorted(job_id for job_id, _, _ in due_hints(at_most=2)) == sorted(urgent)
