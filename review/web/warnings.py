"""Passages that a person would not see or that address a machine: beside the pages, and what a person says of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from review.documents.access import access_warning
from review.documents.models import Document, DocumentWarning, Judgement
from review.documents.selectors import boxes_of
from review.documents.warnings import (
    Stands,
    counts_by_document,
    judge_warning,
    stands_of,
    undo_judgement,
)
from review.errors import Invalid
from review.matters.access import access_matter
from review.matters.models import Matter

from .answers import answer
from .signed_in import SignedInRequest, signed_in

EXPLAINED = {
    "hidden": "Readers take it in, and nobody sees it on the page.",
    "white": "It has the colour of the paper: readers take it in, and nobody sees it.",
    "tiny": "It is too small to be read by people, and readers take it in.",
    "off_page": "It is in the file and not on the page. No reader is shown it.",
    "addresses_machine": "It tells a machine what to do. A reader may quote it, and follows nothing it says.",
}


@dataclass(frozen=True, slots=True)
class Warned:
    """A document with what is warned of in it."""

    document: Document
    total: int
    open: int


@dataclass(frozen=True, slots=True)
class Item:
    """One warning beside the pages."""

    stands: Stands

    @property
    def warning(self) -> DocumentWarning:
        return self.stands.warning

    @property
    def mark(self) -> str:
        """What its mark on the page is called."""
        return f"warning-{self.warning.pk}"

    @property
    def explained(self) -> str:
        return EXPLAINED[self.warning.kind]


def warning_items(document: Document) -> list[Item]:
    """The warnings about the current text of a document, in page order."""
    return [Item(stands) for stands in stands_of(document_id=document.pk)]


def warning_marks(document: Document, items: list[Item]) -> list[dict[str, Any]]:
    """What is marked on the pages, as `reading_list.highlights_of` marks findings."""
    if document.text_id is None:
        return []
    placed = [
        (item, item.warning.start, item.warning.end)
        for item in items
        if item.warning.start is not None and item.warning.end is not None
    ]
    boxes = boxes_of(document.text_id, [(start, end) for _, start, end in placed])
    return [
        {
            "finding": item.mark,
            "evidence": item.mark,
            "clause": item.stands.kind_label,
            "hue": 0,
            "tick": "!",
            "state": "warning",
            "start": start,
            "end": end,
            "quote": item.warning.quote,
            "boxes": [[box.page, box.x0, box.y0, box.x1, box.y1] for box in covered],
        }
        for (item, start, end), covered in zip(placed, boxes, strict=True)
        if covered
    ]


def warned_documents(matter: Matter) -> list[Warned]:
    """The documents of a matter that are warned of, by path."""
    counts = counts_by_document(matter.pk)
    documents = Document.objects.filter(pk__in=counts).order_by("path")
    return [Warned(each, counts[each.pk].total, counts[each.pk].open) for each in documents]


@require_POST
@signed_in
def judge(request: SignedInRequest, warning_id: UUID) -> HttpResponse:
    """Say that a passage is harmless, or suspicious."""
    warning = access_warning(request.user, warning_id, to="review")
    said = request.POST.get("judgement", "")
    if said not in (Judgement.HARMLESS, Judgement.SUSPICIOUS):
        raise Invalid("Say whether the passage is harmless or suspicious.")
    judge_warning(warning, Judgement(said), by=request.user, note=request.POST.get("note", ""))
    return _changed(request, warning)


@require_POST
@signed_in
def undo(request: SignedInRequest, warning_id: UUID) -> HttpResponse:
    """Take back what was said last."""
    warning = access_warning(request.user, warning_id, to="review")
    undo_judgement(warning, by=request.user)
    return _changed(request, warning)


def _changed(request: SignedInRequest, warning: DocumentWarning) -> HttpResponse:
    document = warning.document
    context = {
        "matter": access_matter(request.user, warning.matter_id),
        "document": document,
        "warnings": warning_items(document),
        "may_review": True,
    }
    to = reverse("document", args=[document.pk]) + "#warnings"
    return answer(request, "viewer/viewer.html#warnings", context, to=to, at="documents")
