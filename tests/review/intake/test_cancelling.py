"""Cancelling a delivery at an awkward moment: nothing goes on for ever, and nothing goes on behind one's back."""

import pytest

from review.accounts.models import User
from review.documents.models import Bundle, Document, DocumentState, ReadingState
from review.findings.reading import read_document
from review.intake.read_file import read_file, store_text
from review.intake.services import accept_stream, cancel_bundle, retry_document
from review.intake.tasks import parse_task
from review.jobs.dispatching import reap
from review.jobs.errors import LeaseLost
from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import Claimed, claim, due_reading, finish
from review.matters.models import Matter
from tests.cast import AGREEMENT, as_job, as_person, parsed
from tests.review.jobs.conftest import end_lease
from tests.workers import work_off


def in_hand(job: Job) -> Claimed:
    taken = claim(job.pk, job.organization_id, job.matter_id)
    assert taken is not None
    return taken


@pytest.fixture
def note(ada: User, bundle: Bundle) -> Document:
    """A text file that waits to be parsed."""
    with as_person(ada):
        return accept_stream(bundle, path="note.txt", chunks=[b"A short note about the closing."], by=ada)


def state_of(document: Document) -> tuple[str, str]:
    with as_job(document):
        document.refresh_from_db()
        return document.state, document.reading


def the_job(document: Document, kind: JobKind) -> Job:
    with as_job(document):
        return Job.objects.get(document=document, kind=kind)


def test_a_file_cancelled_between_claim_and_start_does_not_run_for_ever(
    ada: User, bundle: Bundle, note: Document
) -> None:
    mine = in_hand(the_job(note, JobKind.PARSE))
    with as_person(ada):
        cancel_bundle(bundle, by=ada)
    with pytest.raises(LeaseLost):
        read_file(mine)
    assert state_of(note)[0] == DocumentState.CANCELLED


def test_a_worker_that_starts_after_another_one_finished_does_not_say_running(note: Document) -> None:
    job = the_job(note, JobKind.PARSE)
    late = in_hand(job)
    end_lease(job)
    reap()
    with as_job(note):
        Job.objects.update(not_before=None)
    parse_task(str(job.pk))
    with pytest.raises(LeaseLost):
        read_file(late)
    assert state_of(note)[0] == DocumentState.READY


def test_a_reading_cancelled_between_claim_and_start_does_not_run_for_ever(
    ada: User, bundle: Bundle, document: Document
) -> None:
    with as_person(ada):
        mine = due_reading(document)
    taken = in_hand(mine)
    with as_person(ada):
        cancel_bundle(bundle, by=ada)
    with pytest.raises(LeaseLost):
        read_document(taken)
    assert state_of(document) == (DocumentState.READY, ReadingState.NONE)


def test_a_cancelled_reading_can_be_asked_for_again(ada: User, bundle: Bundle, document: Document) -> None:
    with as_person(ada):
        due_reading(document)
        cancel_bundle(bundle, by=ada)
        document.refresh_from_db()
        retry_document(document, by=ada)
    assert state_of(document)[1] == ReadingState.PENDING
    assert the_job(document, JobKind.READ).state == JobState.QUEUED


def test_a_file_entered_while_its_delivery_was_being_cancelled_is_not_read(
    ada: User, matter: Matter, note: Document
) -> None:
    with as_person(ada):
        # What is left when the worker of an archive enters this file after cancelling had listed the jobs.
        Document.objects.filter(pk=note.pk).update(state=DocumentState.CANCELLED)
    work_off(matter, "parse")
    assert state_of(note)[0] == DocumentState.CANCELLED
    assert the_job(note, JobKind.PARSE).state == JobState.CANCELLED


def test_an_older_text_that_waited_to_be_read_leaves_the_new_one_alone(ada: User, document: Document) -> None:
    with as_person(ada):
        old = due_reading(document)
        store_text(document, parsed(AGREEMENT + "\nSigned on 4 May 2021.\n"), None)
        due_reading(document)
    read_document(in_hand(old))
    assert state_of(document)[1] == ReadingState.PENDING
    with as_job(document):
        assert Job.objects.get(pk=old.pk).state == JobState.DONE


def test_a_finished_job_is_not_undone_by_cancelling(ada: User, bundle: Bundle, note: Document) -> None:
    mine = in_hand(the_job(note, JobKind.PARSE))
    with finish(mine):
        Document.objects.filter(pk=note.pk).update(state=DocumentState.READY)
    with as_person(ada):
        assert cancel_bundle(bundle, by=ada) == 0
    assert state_of(note)[0] == DocumentState.READY
