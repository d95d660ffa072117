"""The step of a PARSE job: from stored bytes to text and pages, or to a cause a person understands.

Bytes are opened in a child process (parsing/); one transaction stores what came back and makes the next steps due.
"""

import hashlib
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from review import engine
from review.documents.blobs import Blob, blob_path, chunks_of, put_blob, removed_if_unused
from review.documents.families import find_ties
from review.documents.models import Bundle, Document, DocumentState, DocumentText, WarningKind
from review.documents.pages import store_pages
from review.documents.warnings import Warned, store_warnings
from review.jobs.errors import LeaseLost
from review.jobs.models import Job, JobState
from review.jobs.services import Claimed, begin, extend, finish, withdraw
from review.tenancy.context import in_context

from .next_steps import due_next_steps
from .parsing import parse
from .parsing.archives import Entry, EntryProblem, open_zip
from .parsing.sniff import sniff
from .parsing.types import ParsedDocument, ParseProblem
from .services import (
    PIPELINE_VERSION,
    accept_blob,
    copy_of,
    forget_password,
    refuse_entry,
    take_password,
)

DEEPEST = 3  # archives and mails inside one another
PROBLEM_STATES = {"needs_password": DocumentState.NEEDS_PASSWORD, "needs_ocr": DocumentState.NEEDS_OCR}
BROKEN = {"timed_out", "out_of_memory", "crashed"}


@dataclass(frozen=True, slots=True)
class Inside:
    """A file found inside another: stored bytes, or why it could not be taken out."""

    path: str
    blob: Blob | None
    cause: str = ""
    sentence: str = ""


def read_file(job: Claimed) -> None:
    """Unpack an archive or read a file's characters, and store the outcome."""
    with begin(job):
        document = Document.objects.get(pk=job.subject_id)
        wanted = Document.objects.filter(pk=document.pk).exclude(state=DocumentState.CANCELLED)
        if not wanted.update(state=DocumentState.RUNNING):
            withdraw(job)
            return
        depth = _depth(document)
    path = blob_path(document.blob_key)
    kind = sniff(path)
    if kind == "zip":
        _unpack(job, document, path, depth)
        return
    outcome = parse(path, document.name, password=take_password(document), should_stop=_stopper(job))
    if isinstance(outcome, ParseProblem):
        with finish(job):
            _store_problem(document, outcome, kind)
        forget_password(document)
        return
    warned = warnings_in(outcome)
    with removed_if_unused() as stored:
        for attachment in outcome.attachments:
            stored.append(put_blob(job.organization_id, job.matter_id, [attachment.data]))
        inside = [
            Inside(f"{document.path}/{attachment.name}", blob)
            for attachment, blob in zip(outcome.attachments, stored, strict=True)
        ]
        view = put_blob(job.organization_id, job.matter_id, [outcome.view_pdf]) if outcome.view_pdf else None
        stored += [view] if view else []
        with finish(job):
            is_first = document.text_id is None
            text = store_text(document, outcome, view, warned)
            _enter(document, inside, depth)
            due_next_steps(document, text, is_first=is_first)
    forget_password(document)


def warnings_in(parsed: ParsedDocument) -> list[Warned]:
    """What a document says that a person would not see, or that is meant for a machine."""
    unseen = [
        Warned(each.kind, each.page, each.start, each.end, parsed.content[each.start : each.end])
        if each.end > each.start
        else Warned(each.kind, each.page, None, None, each.words)
        for each in parsed.unseen
    ]
    ends = [page.end for page in parsed.pages]
    orders = [
        Warned(
            WarningKind.ADDRESSES_MACHINE,
            min(bisect_right(ends, order.start) + 1, len(ends)),
            order.start,
            order.end,
            parsed.content[order.start : order.end],
            order.cue,
        )
        for order in engine.orders_in(parsed.content)
    ]
    return unseen + orders


def store_text(
    document: Document, parsed: ParsedDocument, view: Blob | None, warned: Sequence[Warned] | None = None
) -> DocumentText:
    """Store the immutable text of a document with its pages and warnings, and make it the current one."""
    digest = hashlib.sha256(parsed.content.encode()).hexdigest()
    place = {"organization_id": document.organization_id, "matter_id": document.matter_id}
    key = {**place, "document": document, "pipeline_version": PIPELINE_VERSION, "sha256": digest}
    is_first = document.text_id is None
    text = None if is_first else DocumentText.objects.filter(**key).first()
    if text is None:
        text = DocumentText.objects.create(
            **key,
            content=parsed.content,
            original_content=parsed.original_content,
            view_blob_key=view.key if view else document.blob_key,
        )
        store_pages(text, parsed.pages)
    store_warnings(text, warnings_in(parsed) if warned is None else warned)
    document.text, document.state, document.kind = text, DocumentState.READY, parsed.kind
    document.cause, document.sentence = copy_of(document.duplicate_of)
    document.page_count, document.language = len(parsed.pages), parsed.language or ""
    document.banner = dict(parsed.banner)
    document.save(
        update_fields=["text", "state", "kind", "cause", "sentence", "page_count", "language", "banner"]
    )
    if document.duplicate_of_id is None:
        find_ties(text, is_first=is_first)
    return text


def _store_problem(document: Document, problem: ParseProblem, kind: str) -> None:
    fallback = DocumentState.FAILED if problem.cause_code in BROKEN else DocumentState.REFUSED
    Document.objects.filter(pk=document.pk).update(
        state=PROBLEM_STATES.get(problem.cause_code, fallback),
        kind=kind[:20],
        cause=problem.cause_code[:40],
        sentence=problem.sentence[:500],
    )


def _unpack(job: Claimed, document: Document, path: Path, depth: int) -> None:
    if depth >= DEEPEST:
        problem = ParseProblem("too_deep", f"Archives nested more than {DEEPEST} deep are not opened.")
        with finish(job):
            _store_problem(document, problem, "zip")
        return
    inside: list[Inside] = []
    with removed_if_unused() as stored:
        for entry in open_zip(path):
            inside.append(found := _take_out(job, document, entry))
            stored += [found.blob] if found.blob else []
            if len(inside) % 50 == 0 and not extend(job, done=len(inside)):
                raise LeaseLost
        with finish(job):
            _enter(document, inside, depth)
            Document.objects.filter(pk=document.pk).update(
                state=DocumentState.UNPACKED,
                kind="zip",
                cause="",
                sentence=f"{len(inside)} {'file' if len(inside) == 1 else 'files'} inside.",
            )


def _take_out(job: Claimed, document: Document, entry: Entry | EntryProblem) -> Inside:
    path = "/".join((document.path, *entry.path_parts))
    if isinstance(entry, EntryProblem):
        return Inside(path, None, entry.cause_code, entry.sentence)
    try:
        with entry.open() as stream:
            return Inside(path, put_blob(job.organization_id, job.matter_id, chunks_of(stream)))
    except EntryProblem.Raised as raised:
        return Inside(path, None, raised.problem.cause_code, raised.problem.sentence)


def _enter(document: Document, inside: list[Inside], depth: int) -> None:
    """Make documents of what was found inside, unless an earlier attempt did."""
    if not inside or Document.objects.filter(parent=document).exists():
        return
    bundle = Bundle.objects.get(pk=document.bundle_id)
    for found in inside:
        if found.blob is None:
            refuse_entry(bundle, path=found.path, cause=found.cause, sentence=found.sentence, parent=document)
        elif depth + 1 > DEEPEST:
            refuse_entry(
                bundle,
                path=found.path,
                cause="too_deep",
                sentence=f"Files nested more than {DEEPEST} deep are not opened.",
                parent=document,
            )
        else:
            accept_blob(bundle, path=found.path, blob=found.blob, parent=document)


def _depth(document: Document) -> int:
    depth, parent_id = 0, document.parent_id
    while parent_id is not None and depth <= DEEPEST:
        depth += 1
        parent_id = Document.objects.values_list("parent_id", flat=True).get(pk=parent_id)
    return depth


def _stopper(job: Claimed) -> Callable[[], bool]:
    """Whether a person cancelled meanwhile, asked of the database at most every two seconds."""
    last = time.monotonic()

    def should_stop() -> bool:
        nonlocal last
        if time.monotonic() - last < 2:
            return False
        last = time.monotonic()
        with in_context(job.organization_id, matter=job.matter_id):
            return not Job.objects.filter(pk=job.id, state=JobState.LEASED, lease_token=job.token).exists()

    return should_stop
