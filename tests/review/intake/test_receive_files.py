"""Files arrive in pieces or whole; none is lost, and the same bytes are not read twice."""

import hashlib

import pytest

from review.documents.blobs import read_blob
from review.documents.models import Document, DocumentState, ReadingState
from review.errors import Conflict, Invalid
from review.intake.services import (
    WrongOffset,
    accept_stream,
    append_chunk,
    cancel_bundle,
    expect_file,
    received,
    retry_document,
)
from review.jobs.models import Job, JobKind, JobState


def test_a_file_in_three_pieces_is_the_file_that_was_sent(ada, bundle, as_person):
    with as_person(ada):
        document = expect_file(bundle, path="Leases/lease.txt", size=11, by=ada)
    for offset, piece in ((0, b"This "), (5, b"is a"), (9, b" l")):
        with as_person(ada):
            assert received(Document.objects.get(pk=document.pk)) == offset
            append_chunk(document, offset=offset, chunk=piece)
    with as_person(ada):
        document = Document.objects.get(pk=document.pk)
        assert document.sha256 == hashlib.sha256(b"This is a l").hexdigest()
        assert read_blob(document.blob_key) == b"This is a l"
        assert Job.objects.get(document=document).kind == JobKind.PARSE


def test_a_piece_at_the_wrong_place_is_refused_and_says_how_much_arrived(ada, bundle, as_person):
    with as_person(ada):
        document = expect_file(bundle, path="lease.txt", size=10, by=ada)
        append_chunk(document, offset=0, chunk=b"12345")
        with pytest.raises(WrongOffset) as refused:
            append_chunk(document, offset=0, chunk=b"12345")
        assert refused.value.received == 5
        assert append_chunk(document, offset=5, chunk=b"67890") == 10


def test_more_bytes_than_announced_are_refused(ada, bundle, as_person):
    with as_person(ada):
        document = expect_file(bundle, path="lease.txt", size=3, by=ada)
        with pytest.raises(Invalid, match="More bytes"):
            append_chunk(document, offset=0, chunk=b"1234")
        assert received(document) == 0


def test_nothing_can_be_added_to_a_complete_file(ada, bundle, as_person):
    with as_person(ada):
        document = expect_file(bundle, path="lease.txt", size=3, by=ada)
        append_chunk(document, offset=0, chunk=b"123")
        with pytest.raises(Conflict):
            append_chunk(document, offset=3, chunk=b"4")


def test_a_file_over_the_limit_is_refused_before_it_is_sent(ada, bundle, as_person):
    with as_person(ada), pytest.raises(Invalid, match="is larger than 2048 MB"):
        expect_file(bundle, path="data room.zip", size=2 << 40, by=ada)


def test_the_same_bytes_again_are_named_as_a_copy_and_read_all_the_same(ada, bundle, as_person):
    with as_person(ada):
        first = accept_stream(bundle, path="A/one.txt", chunks=[b"the same words"], by=ada)
        second = accept_stream(bundle, path="B/two.txt", chunks=[b"the same ", b"words"], by=ada)
        assert second.duplicate_of_id == first.pk
        assert second.sentence == "Identical to A/one.txt."
        assert Job.objects.filter(document=first).count() == Job.objects.filter(document=second).count() == 1


def test_the_same_bytes_in_another_firm_are_not_a_duplicate(ada, dan, bundle, other_matter, as_person):
    from review.intake.services import open_bundle

    with as_person(ada):
        accept_stream(bundle, path="one.txt", chunks=[b"the same words"], by=ada)
    with as_person(dan):
        theirs = open_bundle(other_matter, name="Delivery", source="upload", by=dan)
        document = accept_stream(theirs, path="one.txt", chunks=[b"the same words"], by=dan)
        assert document.duplicate_of is None


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\Deals\\..\\lease.txt", "C:/Deals/lease.txt"),
        ("/absolute/lease.txt", "absolute/lease.txt"),
        ("lease\x00\n.txt", "lease.txt"),
        ("..", "unnamed"),
    ],
)
def test_a_path_is_only_ever_shown(ada, bundle, as_person, sent, shown):
    with as_person(ada):
        document = accept_stream(bundle, path=sent, chunks=[sent.encode()], by=ada)
    assert document.path == shown


def test_cancelling_stops_what_is_waiting_and_it_can_be_started_again(ada, bundle, as_person):
    with as_person(ada):
        document = accept_stream(bundle, path="one.txt", chunks=[b"words"], by=ada)
        assert cancel_bundle(bundle, by=ada) == 1
        document.refresh_from_db()
        assert document.state == DocumentState.CANCELLED
        assert Job.objects.get(document=document).state == JobState.CANCELLED
        retry_document(document, by=ada)
        document.refresh_from_db()
        assert document.state == DocumentState.PENDING
        assert Job.objects.get(document=document).state == JobState.QUEUED


def test_a_file_that_is_well_cannot_be_tried_again(ada, document, as_person):
    with as_person(ada):
        Document.objects.filter(pk=document.pk).update(reading=ReadingState.READ)
        document.refresh_from_db()
        with pytest.raises(Conflict):
            retry_document(document, by=ada)
