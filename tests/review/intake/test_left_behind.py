"""What a crash, a cancelled upload or a wrong password leaves on the disk, and how a file comes out of it."""

import hashlib
from collections.abc import Callable
from typing import Any

import pymupdf
import pytest

from review.accounts.models import User
from review.documents.blobs import blob_path
from review.documents.models import Bundle, Document, DocumentState
from review.errors import Conflict
from review.intake import read_file as step
from review.intake import services
from review.intake.services import (
    accept_stream,
    append_chunk,
    cancel_bundle,
    close_bundle,
    due_pages,
    expect_file,
    refuse_entry,
    retry_document,
)
from review.jobs.errors import LeaseLost
from review.jobs.models import Job, JobState
from review.jobs.services import cancel, claim, quarantine
from review.matters.models import Matter
from tests.cast import as_job, as_person
from tests.workers import work_off

from .test_read_files import a_pdf, a_zip

WORDS = b"A short note about the closing."


def files_of(matter: Matter) -> set[str]:
    """The names of what lies in the matter's part of the blob store."""
    folder = blob_path(f"{matter.organization_id}/{matter.pk}/x").parent
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.fixture
def all_there(ada: User, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> Document:
    """A file whose last piece was written to the disk while its row was not: the process died in between."""

    def dies(*_: object) -> None:
        raise MemoryError

    with as_person(ada):
        document = expect_file(bundle, path="lease.txt", size=len(WORDS), by=ada)
        append_chunk(document, offset=0, chunk=WORDS[:10])
    with monkeypatch.context() as dying:
        dying.setattr(services, "_accept", dies)
        with pytest.raises(MemoryError), as_person(ada):
            append_chunk(document, offset=10, chunk=WORDS[10:])
    return document


def state_of(document: Document) -> str:
    with as_job(document):
        document.refresh_from_db()
        return document.state


def test_the_last_piece_sent_again_after_a_crash_accepts_the_file(ada: User, all_there: Document) -> None:
    with as_person(ada):
        assert append_chunk(all_there, offset=10, chunk=WORDS[10:]) == len(WORDS)
    assert state_of(all_there) == DocumentState.PENDING


def test_a_file_that_is_all_there_is_not_called_incomplete(
    ada: User, bundle: Bundle, all_there: Document
) -> None:
    with as_person(ada):
        assert close_bundle(bundle, by=ada) == 0
    assert state_of(all_there) == DocumentState.PENDING
    assert all_there.sha256 == hashlib.sha256(WORDS).hexdigest()


def test_an_empty_file_that_was_announced_is_told_to_be_empty(
    ada: User, matter: Matter, bundle: Bundle
) -> None:
    with as_person(ada):
        document = expect_file(bundle, path="empty.txt", size=0, by=ada)
    work_off(matter, "parse")
    assert state_of(document) == DocumentState.REFUSED
    assert document.cause == "empty_file"


@pytest.mark.parametrize("stop", [close_bundle, cancel_bundle])
def test_half_a_file_does_not_stay(
    ada: User, matter: Matter, bundle: Bundle, stop: Callable[..., int]
) -> None:
    with as_person(ada):
        document = expect_file(bundle, path="lease.txt", size=10, by=ada)
        append_chunk(document, offset=0, chunk=b"12345")
    assert len(files_of(matter)) == 1
    with as_person(ada):
        assert stop(bundle, by=ada) == 1
    assert files_of(matter) == set()


def test_cancelling_keeps_the_bytes_of_files_that_arrived(ada: User, matter: Matter, bundle: Bundle) -> None:
    with as_person(ada):
        accept_stream(bundle, path="note.txt", chunks=[WORDS], by=ada)
        cancel_bundle(bundle, by=ada)
    assert len(files_of(matter)) == 1


def test_a_wrong_password_is_not_kept(ada: User, matter: Matter, bundle: Bundle) -> None:
    locked = a_pdf(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="kestrel", owner_pw="owner")
    with as_person(ada):
        document = accept_stream(bundle, path="locked.pdf", chunks=[locked], by=ada)
    work_off(matter, "parse")
    with as_person(ada):
        document.refresh_from_db()
        retry_document(document, by=ada, password="sparrow")
    work_off(matter, "parse")
    assert state_of(document) == DocumentState.NEEDS_PASSWORD
    assert not any(name.endswith(".password") for name in files_of(matter))


def test_what_was_taken_out_of_an_archive_for_nothing_is_removed(
    ada: User, matter: Matter, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_person(ada):
        packed = a_zip({"one.txt": WORDS, "two.txt": WORDS + b" And another."})
        document = accept_stream(bundle, path="room.zip", chunks=[packed], by=ada)
        job = Job.objects.get(document=document)
    before = files_of(matter)
    mine = claim(job.pk, job.organization_id, job.matter_id)
    assert mine is not None

    def taken_out(*given: Any) -> Any:
        inside = take_out(*given)
        with as_job(matter):
            cancel([Job.objects.get(pk=job.pk)])
        return inside

    take_out = step._take_out
    monkeypatch.setattr(step, "_take_out", taken_out)
    with pytest.raises(LeaseLost):
        step.read_file(mine)
    assert files_of(matter) == before


def test_a_file_that_stayed_locked_in_its_archive_says_what_to_do(ada: User, bundle: Bundle) -> None:
    with as_person(ada):
        archive = accept_stream(bundle, path="room.zip", chunks=[b"PK"], by=ada)
        locked = refuse_entry(
            bundle, path="room.zip/a.pdf", cause="needs_password", sentence="Locked.", parent=archive
        )
        with pytest.raises(Conflict, match="Unpack the archive"):
            retry_document(locked, by=ada, password="kestrel")


def test_a_page_that_cannot_be_drawn_is_not_tried_at_every_look(ada: User, document: Document) -> None:
    with as_person(ada):
        job = due_pages(document, document.text.pk, 1, priority=1)
    mine = claim(job.pk, job.organization_id, job.matter_id)
    assert mine is not None
    quarantine(mine, "This page cannot be drawn.")
    with as_person(ada):
        assert due_pages(document, document.text.pk, 1, priority=1).pk == job.pk
        job.refresh_from_db()
        assert job.state == JobState.QUARANTINED
