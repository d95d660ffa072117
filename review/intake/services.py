"""Every write on the way in: bundles, files in pieces or whole, cancelling, trying again."""

import fcntl
import hashlib
import os
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from review.accounts.models import User
from review.documents.blobs import Blob, blob_path, chunks_of, put_blob, remove_blob
from review.documents.models import Bundle, Document, DocumentState, PageImage, ReadingState
from review.errors import Conflict, Invalid
from review.ids import uuid7
from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import FINAL, cancel, due, due_reading, try_again
from review.matters.models import Matter
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

PIPELINE_VERSION = 1
DPI = 192
RENDERER = "mupdf-1"
PAGES_AT_ONCE = 6
DRAW_AGAIN_AFTER = timedelta(hours=1)


class WrongOffset(Conflict):
    """The client and the server disagree about how much has arrived."""

    code = "wrong_offset"

    def __init__(self, received: int) -> None:
        super().__init__(f"{received} bytes of this file have arrived; go on from there.")
        self.received = received


def open_bundle(matter: Matter, *, name: str, source: str, by: User | None) -> Bundle:
    """Start a delivery of files to a matter."""
    bundle = Bundle.objects.create(
        organization_id=matter.organization_id,
        matter_id=matter.pk,
        name=name.strip()[:200] or "Upload",
        source=source,
        delivered_by=by,
    )
    record(by, "bundle.opened", bundle, source=source)
    return bundle


def expect_file(bundle: Bundle, *, path: str, size: int, by: User | None) -> Document:
    """Announce a file that will arrive in pieces. Raises Invalid when it is over the limit."""
    if size > settings.UPLOAD_FILE_LIMIT_BYTES:
        raise Invalid(f"{_name(path)} is larger than {settings.UPLOAD_FILE_LIMIT_BYTES >> 20} MB.")
    document = Document.objects.create(
        **_place(bundle),
        path=_display_path(path),
        name=_name(path),
        size=size,
        state=DocumentState.RECEIVING,
        blob_key=f"{bundle.organization_id}/{bundle.matter_id}/{uuid7()}",
    )
    if size == 0:
        _accept(document, put_blob(bundle.organization_id, bundle.matter_id, []))
    return document


def received(document: Document) -> int:
    """How many bytes of an announced file have arrived."""
    if document.state != DocumentState.RECEIVING:
        return document.size
    path = blob_path(document.blob_key)
    return path.stat().st_size if path.exists() else 0


@transaction.atomic
def append_chunk(document: Document, *, offset: int, chunk: bytes) -> int:
    """Add bytes at `offset` and return how many have arrived; the last byte accepts the file.

    Raises WrongOffset when the server has more or less, Conflict once the file is complete or cancelled.
    """
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if document.state != DocumentState.RECEIVING:
        raise Conflict("This file has already arrived, or was cancelled.")
    path = blob_path(document.blob_key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        arrived = file.seek(0, os.SEEK_END)
        # The last piece may have reached the disk in a request that died before the row said so.
        is_sent_again = arrived == document.size == offset + len(chunk)
        if not is_sent_again:
            if arrived != offset:
                raise WrongOffset(arrived)
            if arrived + len(chunk) > document.size:
                raise Invalid("More bytes arrived than were announced.")
            file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            arrived += len(chunk)
    if arrived == document.size:
        _accept(document, Blob(document.blob_key, arrived, _sha256_of(path)))
    return arrived


def accept_stream(bundle: Bundle, *, path: str, chunks: Iterable[bytes], by: User | None) -> Document:
    """Take a whole file at once. A file over the limit is kept in the list as refused, with its reason."""
    blob = put_blob(bundle.organization_id, bundle.matter_id, chunks)
    return accept_blob(bundle, path=path, blob=blob)


def accept_blob(bundle: Bundle, *, path: str, blob: Blob, parent: Document | None = None) -> Document:
    """Enter stored bytes as a document of the bundle, and make its parsing due."""
    document = Document.objects.create(
        **_place(bundle),
        parent=parent,
        path=_display_path(path),
        name=_name(path),
        state=DocumentState.PENDING,
    )
    _accept(document, blob)
    return document


def refuse_entry(
    bundle: Bundle, *, path: str, cause: str, sentence: str, parent: Document | None
) -> Document:
    """Enter a file that could not even be taken out of its archive, so that the count in equals the count out."""
    return Document.objects.create(
        **_place(bundle),
        parent=parent,
        path=_display_path(path),
        name=_name(path),
        state=DocumentState.NEEDS_PASSWORD if cause == "needs_password" else DocumentState.REFUSED,
        cause=cause[:40],
        sentence=sentence[:500],
    )


def cancel_bundle(bundle: Bundle, *, by: User) -> int:
    """Stop everything of a bundle that is not over yet; what was read stays. Returns how many files were stopped."""
    jobs = Job.objects.filter(document__bundle=bundle).exclude(state__in=FINAL)
    cancel(list(jobs))
    documents = Document.objects.filter(bundle=bundle)
    for document in documents.filter(state=DocumentState.RECEIVING).select_for_update(of=("self",)):
        _drop_pieces(document)
    stopped = documents.filter(
        state__in=(DocumentState.RECEIVING, DocumentState.PENDING, DocumentState.RUNNING)
    ).update(state=DocumentState.CANCELLED, cause="cancelled", sentence="Cancelled before it was read.")
    documents.filter(reading__in=(ReadingState.PENDING, ReadingState.RUNNING)).update(
        reading=ReadingState.NONE, reading_sentence="Reading was cancelled."
    )
    record(by, "bundle.cancelled", bundle, files=stopped)
    return stopped


def close_bundle(bundle: Bundle, *, by: User | None) -> int:
    """The sender sends no more: files that never fully arrived end as cancelled. Returns how many."""
    missing = 0
    arriving = Document.objects.filter(bundle=bundle, state=DocumentState.RECEIVING)
    for document in arriving.select_for_update(of=("self",)):
        if received(document) == document.size:  # only the answer to its last piece was lost
            path = blob_path(document.blob_key)
            _accept(document, Blob(document.blob_key, document.size, _sha256_of(path)))
            continue
        _drop_pieces(document)
        document.state, document.cause = DocumentState.CANCELLED, "not_received"
        document.sentence = "It was not sent completely."
        document.save(update_fields=["state", "cause", "sentence"])
        missing += 1
    record(by, "bundle.closed", bundle, missing=missing)
    return missing


def _drop_pieces(document: Document) -> None:
    """Half a file is of no use to anybody: once it is given up for good, its bytes go too."""
    transaction.on_commit(partial(remove_blob, document.blob_key))


def retry_document(document: Document, *, by: User, password: str = "") -> None:
    """Try a problem file again, with a password if one was given. Raises Conflict when there is nothing to mend."""
    state = DocumentState(document.state)
    unread = {
        ReadingState.FAILED,
        ReadingState.NONE,
    }  # none: reading was cancelled, or there is nothing to read
    if state == DocumentState.READY and document.reading in unread and _has_words(document):
        due_reading(document)
    elif state.is_problem or state == DocumentState.CANCELLED:
        if not document.blob_key and document.parent_id is not None:
            raise Conflict(
                "This file could not be taken out of its archive. Unpack the archive yourself, with its password"
                " if it has one, and upload the file."
            )
        if not document.blob_key or not document.sha256:
            raise Conflict("The bytes of this file never arrived. Upload it again.")
        Document.objects.filter(pk=document.pk).update(state=DocumentState.PENDING, cause="", sentence="")
        if not try_again(document):
            _due_parsing(document, password=password)
        elif password:
            _keep_password(document, password)
    else:
        raise Conflict("There is nothing to try again with this file.")
    record(by, "document.retried", document, with_password=bool(password))


def _has_words(document: Document) -> bool:
    return document.text is not None and bool(document.text.content.strip())


def request_pages(document: Document, number: int) -> None:
    """Ask for the images of the pages around `number`, ahead of everything else."""
    assert document.text_id is not None
    first = (number - 1) // PAGES_AT_ONCE * PAGES_AT_ONCE + 1
    due_pages(document, document.text_id, first, priority=1)


def due_pages(document: Document, text_id: UUID, first: int, *, priority: int) -> Job:
    """Make the drawing of one group of pages due."""
    input_hash = pages_from(document, first)
    job = due(
        JobKind.RENDER,
        document,
        subject_id=text_id,
        input_hash=input_hash,
        priority=priority,
        again=lambda: _is_to_be_drawn_again(text_id, first, input_hash),
    )
    if job.priority > priority:
        Job.objects.filter(pk=job.pk).update(priority=priority, hinted_at=None)
    return job


def pages_from(document: Document, first: int) -> str:
    """The group of pages that begins with one, and how it is drawn, as its job names them."""
    last = min(first + PAGES_AT_ONCE - 1, document.page_count or first)
    return f"{first}-{last}-{DPI}-{RENDERER}"


def _is_to_be_drawn_again(text_id: UUID, first: int, input_hash: str) -> bool:
    # Whoever looks asks again and again; a page that ended every worker must not go first each time.
    given_up = Job.objects.filter(
        kind=JobKind.RENDER,
        subject_id=text_id,
        input_hash=input_hash,
        state=JobState.QUARANTINED,
        finished_at__gt=timezone.now() - DRAW_AGAIN_AFTER,
    )
    images = PageImage.objects.filter(text_id=text_id, number=first, dpi=DPI, renderer=RENDERER)
    return not given_up.exists() and not images.exists()


def _accept(document: Document, blob: Blob) -> None:
    """All bytes are here: note what they are, and make the next step due, unless the matter has them already."""
    take_turn(Turn.FILES, document.matter_id)  # two files with the same bytes must not both be first
    document.blob_key, document.size, document.sha256 = blob.key, blob.size, blob.sha256
    twin = None
    if blob.size:
        twin = (
            Document.objects.filter(matter_id=document.matter_id, sha256=blob.sha256, duplicate_of=None)
            .exclude(pk=document.pk)
            .first()
        )
    if blob.size > settings.UPLOAD_FILE_LIMIT_BYTES:
        document.state, document.cause = DocumentState.REFUSED, "over_limit"
        document.sentence = f"This file is larger than {settings.UPLOAD_FILE_LIMIT_BYTES >> 20} MB."
    else:
        # A copy is read like any other file, so that whoever asks about it gets an answer; screens fold it away.
        document.state, document.duplicate_of = DocumentState.PENDING, twin
        document.cause, document.sentence = copy_of(twin)
    document.save(update_fields=["blob_key", "size", "sha256", "state", "cause", "sentence", "duplicate_of"])
    if document.state == DocumentState.PENDING:
        _due_parsing(document)


def copy_of(twin: Document | None) -> tuple[str, str]:
    """The cause and the sentence of a file that is identical to another; empty when it is not."""
    return ("duplicate", f"Identical to {twin.path}."[:500]) if twin is not None else ("", "")


def _due_parsing(document: Document, *, password: str = "") -> None:
    if password:
        _keep_password(document, password)
    due(JobKind.PARSE, document, input_hash=document.sha256, pipeline_version=PIPELINE_VERSION, again=True)


def _keep_password(document: Document, password: str) -> None:
    """A password lies beside the file, readable to the service alone, until the file has been opened with it."""
    path = blob_path(document.blob_key + ".password")
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(password)


def take_password(document: Document) -> str | None:
    """The password a person gave for this file, if any; it is not kept once taken."""
    path = blob_path(document.blob_key + ".password")
    try:
        password = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return password


def forget_password(document: Document) -> None:
    """Drop a password that was used."""
    remove_blob(document.blob_key + ".password")


def _place(bundle: Bundle) -> dict[str, object]:
    return {"organization_id": bundle.organization_id, "matter_id": bundle.matter_id, "bundle": bundle}


def _display_path(path: str) -> str:
    """A path as a person should see it: no drive, no way up, no control characters. It never reaches a disk."""
    parts = [part.strip() for part in path.replace("\\", "/").split("/")]
    shown = "/".join(part for part in parts if part not in {"", ".", ".."})
    return "".join(character for character in shown if character.isprintable())[-1000:] or "unnamed"


def _name(path: str) -> str:
    return _display_path(path).rsplit("/", 1)[-1][-255:]


def _sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in chunks_of(file):
            digest.update(chunk)
    return digest.hexdigest()
