"""The document viewer: pages with their words and marks, findings beside them, and the clean text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from review.accounts.models import User
from review.documents.access import access_document, access_page
from review.documents.blobs import open_blob
from review.documents.character_map import unpack
from review.documents.models import Document, DocumentText, Page, PageImage
from review.documents.selectors import page_numbers_of
from review.errors import Invalid
from review.intake.services import DPI, request_pages
from review.matters.access import access_matter, role_on
from review.matters.models import MatterRole
from review.playbooks.selectors import active_questions
from review.tenancy.audit import record
from review.tenancy.models import AuditEvent

from .answers import answer
from .passages import headings
from .reading_list import Item, highlights_of, items_of
from .signed_in import SignedInRequest, signed_in
from .warnings import Item as WarningItem
from .warnings import warning_items, warning_marks

ONE_OPENING = timedelta(hours=1)
RETRY_AFTER = 2  # seconds until a page that is being drawn is asked for again
OUTLINE = 150  # headings shown


@require_GET
@signed_in
def document(request: SignedInRequest, document_id: UUID) -> HttpResponse:
    """Three panes: outline, pages with marks, findings in page order. Opening it leaves an audit row."""
    found = access_document(request.user, document_id)
    matter = access_matter(request.user, found.matter_id)
    record(request.user, "document.opened", found)
    items = items_of(matter, found, request.user)
    pages = _pages(found)
    current = request.GET.get("finding", "")
    shown = next((item for item in items if str(item.finding.pk) == current), None)
    context = {
        "matter": matter,
        "document": found,
        "pages": pages,
        "items": items,
        "possible": [item for item in items if item.is_possible],
        "warnings": warning_items(found),
        "current": shown.finding.pk if shown else None,
        "current_is_possible": shown is not None and shown.is_possible,
        "sought": _place(request, pages, shown),
        "outline": _outline(found),
        "banners": banners_of(found),
        "questions": active_questions(),
        "wanted": request.GET.get("question", ""),
        "may_review": role_on(request.user, matter.pk) in (MatterRole.LEAD, MatterRole.REVIEWER),
    }
    return answer(request, "viewer/viewer.html", context, at="documents")


@require_GET
@gzip_page
@signed_in
def highlights(request: SignedInRequest, document_id: UUID) -> HttpResponse:
    """What is marked on the pages, as JSON."""
    found = access_document(request.user, document_id)
    matter = access_matter(request.user, found.matter_id)
    marks = highlights_of(found, items_of(matter, found, request.user))
    marks += warning_marks(found, warning_items(found))
    return JsonResponse(marks, safe=False, headers={"Cache-Control": "private, no-cache"})


@require_GET
@gzip_page
@signed_in
def words(request: SignedInRequest, document_id: UUID, number: int) -> HttpResponse:
    """The words of one page with their offsets and boxes, and its characters."""
    page = access_page(request.user, document_id, number)
    _note_opening(request.user, page)
    content = page.text.content[page.start : page.end]
    rows = [
        [word.start, word.end, *(round(side, 2) for side in word[2:6]), word.line]
        for word in unpack(bytes(page.character_map))
    ]
    # The text of an id never changes, so what was fetched once stays right.
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return JsonResponse({"start": page.start, "content": content, "words": rows}, headers=headers)


def _note_opening(user: User, page: Page) -> None:
    """Whoever asks for a page without the viewer opens the document too; its pages in an hour are one opening."""
    document = page.text.document
    lately = AuditEvent.objects.filter(
        matter_id=page.matter_id, at__gte=timezone.now() - ONE_OPENING, actor=user, subject_id=document.pk
    )
    if not lately.filter(action="document.opened").exists():
        record(user, "document.opened", document, page=page.number)


@require_GET
@signed_in
def page_image(request: SignedInRequest, document_id: UUID, number: int) -> HttpResponseBase:
    """The drawn page; 202 while it is being drawn, ahead of everything else."""
    page = access_page(request.user, document_id, number)
    _note_opening(request.user, page)
    drawn = PageImage.objects.filter(text_id=page.text_id, number=number, dpi=DPI).first()
    if drawn is None:
        request_pages(access_document(request.user, document_id), number)
        headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
        return HttpResponse(status=202, headers=headers)
    etag = f'"{drawn.pk.hex}"'
    fresh = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = fresh or FileResponse(
        open_blob(drawn.blob_key), content_type=drawn.media_type
    )
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=604800, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@signed_in
def text(request: SignedInRequest, document_id: UUID) -> HttpResponse:
    """The clean text in reading order with its findings marked: the accessible alternative to the pages."""
    found = access_document(request.user, document_id)
    matter = access_matter(request.user, found.matter_id)
    if found.text is None:
        raise Invalid("This document has no text yet.")
    record(request.user, "document.opened", found, as_text=True)
    items = items_of(matter, found, request.user)
    warnings = warning_items(found)
    context = {
        "matter": matter,
        "document": found,
        "pages": marked_pages(found.text, items, warnings),
        "items": items,
        "warnings": warnings,
        "banners": banners_of(found),
        "may_review": role_on(request.user, matter.pk) in (MatterRole.LEAD, MatterRole.REVIEWER),
    }
    return answer(request, "viewer/text.html", context, at="documents")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with the findings it belongs to; `first` of a finding carries its anchor."""

    words: str
    items: tuple[Item, ...] = ()
    anchor: str = ""
    warned: str = ""  # why it is warned of


def marked_pages(
    text: DocumentText, items: list[Item], warnings: Sequence[WarningItem] = ()
) -> list[tuple[int, list[Run]]]:
    """Each page of a text as runs, cut where the words of a finding or a warning begin or end."""
    warned = [
        (each.warning.start, each.warning.end, each.stands.kind_label)
        for each in warnings
        if each.warning.start is not None and each.warning.end is not None
    ]
    spans = [(quote.start, quote.end, item) for item in items for quote in item.quotes]
    anchored: set[UUID] = set()
    pages = []
    for number, start, end in text.pages.values_list("number", "start", "end").order_by("number"):
        inside = [span for span in spans if span[0] < end and span[1] > start]
        cuts = sorted(
            {
                *(start, end),
                *(max(start, s) for s, _, _ in inside),
                *(min(end, e) for _, e, _ in inside),
                *(min(max(start, at), end) for s, e, _ in warned for at in (s, e)),
            }
        )
        runs = []
        for first, last in pairwise(cuts):
            here = tuple(item for s, e, item in inside if s <= first and e >= last)
            anchor = next((f"finding-{i.finding.pk}" for i in here if i.finding.pk not in anchored), "")
            anchored.update(item.finding.pk for item in here)
            why = ", ".join(dict.fromkeys(kind for s, e, kind in warned if s <= first and e >= last))
            runs.append(Run(text.content[first:last], here, anchor, why))
        pages.append((number, runs))
    return pages


def banners_of(document: Document) -> list[dict[str, str]]:
    """What a reader of this document must know first."""
    facts: dict[str, Any] = document.banner or {}
    found = []
    insertions, deletions = facts.get("insertions", 0), facts.get("deletions", 0)
    if insertions or deletions:
        changes = f"{insertions} insertions and {deletions} deletions"
        sentence = f"Tracked changes: {changes}. The text shown is the one with all of them accepted."
        found.append({"level": "warning", "text": sentence})
    if missing := facts.get("pages_without_text"):
        numbers = ", ".join(str(number) for number in missing[:20])
        found.append(
            {"level": "warning", "text": f"Pages without readable text: {numbers}. They were not searched."}
        )
    if more := facts.get("more_unseen"):
        found.append(
            {
                "level": "warning",
                "text": f"{more} more passages that nobody sees are in this file than are listed.",
            }
        )
    if document.reading == "not_readable":
        found.append(
            {"level": "warning", "text": document.reading_sentence or "Not readable by this reader."}
        )
    if document.reading in ("forbidden", "failed"):
        found.append({"level": "problem", "text": document.reading_sentence})
    return found


def _pages(document: Document) -> list[dict[str, Any]]:
    zero = reverse("page_image", args=[document.pk, 0]), reverse("page_words", args=[document.pk, 0])
    rows = Page.objects.filter(text_id=document.text_id).order_by("number")
    version = str(document.text_id)[
        -12:
    ]  # a new text of the document must not show an old page from the cache
    return [
        {
            "number": number,
            "start": start,
            "end": end,
            "width": width,
            "height": height,
            "image_url": zero[0].replace("/pages/0/", f"/pages/{number}/") + f"?v={version}",
            "words_url": zero[1].replace("/pages/0/", f"/pages/{number}/") + f"?v={version}",
        }
        for number, start, end, width, height in rows.values_list("number", "start", "end", "width", "height")
    ]


def _place(
    request: SignedInRequest, pages: list[dict[str, Any]], shown: Item | None
) -> dict[str, int] | None:
    """The words a link from elsewhere points at, when they are not marked already: their range and page."""
    start, end = request.GET.get("start", ""), request.GET.get("end", "")
    if not (start.isdecimal() and end.isdecimal()) or int(end) <= int(start):
        return None
    if shown and any(quote.start == int(start) for quote in shown.quotes):
        return None
    number = next((page["number"] for page in pages if int(start) < page["end"]), None)
    return {"start": int(start), "end": int(end), "page": number} if number else None


def _outline(document: Document) -> list[dict[str, Any]]:
    if document.text is None:
        return []
    found = headings(document.text.content)[:OUTLINE]
    numbers = page_numbers_of(document.text.pk, [heading.start for heading in found])
    return [
        {"words": heading.words, "depth": heading.depth, "page": page}
        for heading, page in zip(found, numbers, strict=True)
    ]
