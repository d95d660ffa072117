"""What a stored text makes due: its reading, and the images of its first pages."""

from collections.abc import Iterator

from review.documents.models import Document, DocumentText, ReadingState
from review.jobs.models import JobKind
from review.jobs.services import FirstWork, due_first, due_reading

from .services import due_pages, pages_from

DRAWN_LAST = 7  # nobody looks yet


def due_next_steps(document: Document, text: DocumentText, *, is_first: bool) -> None:
    """Make the next steps due in the transaction that stores the text; of a first text none can be due yet."""
    if is_first:
        due_first(document, _first_steps(document, text))
        if text.content.strip():
            Document.objects.filter(pk=document.pk).update(reading=ReadingState.PENDING, reading_sentence="")
        return
    if text.content.strip():
        due_reading(document)
    if document.page_count:
        due_pages(document, text.pk, 1, priority=DRAWN_LAST)


def _first_steps(document: Document, text: DocumentText) -> Iterator[FirstWork]:
    if text.content.strip():
        yield FirstWork(JobKind.READ, text.pk, text.sha256)
    if document.page_count:
        yield FirstWork(JobKind.RENDER, text.pk, pages_from(document, 1), DRAWN_LAST)
