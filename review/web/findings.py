"""What a person does about a finding. The answer is the piece of page that changed: a cell, an item, the drawer."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST

from review.annotation.services import comment_on, turn_flag
from review.documents.access import access_document
from review.errors import Invalid, NotFound
from review.findings.access import access_finding
from review.findings.models import Finding
from review.findings.services import (
    ChosenSpan,
    accept_finding,
    add_finding,
    edit_finding,
    reject_finding,
    undo_decision,
    verify_finding,
)
from review.matters.access import Purpose, access_matter
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions

from .answers import answer
from .cell import drawer_of
from .forms import SpanForm
from .reading_list import item_of, items_of
from .signed_in import SignedInRequest, safe_next, signed_in
from .values import parse_value

Act = Callable[[SignedInRequest, Finding], None]
IN_VIEWER = "/documents/"  # in the address of the page that asks


def action(to: Purpose = "review") -> Callable[[Act], Callable[..., HttpResponseBase]]:
    """Make a view of an act on one finding: fetch it through its gate, act, answer."""

    def decorate(act: Act) -> Callable[..., HttpResponseBase]:
        @require_POST
        @signed_in
        @wraps(act)
        def view(request: SignedInRequest, finding_id: UUID) -> HttpResponse:
            finding = access_finding(request.user, finding_id, to=to)
            act(request, finding)
            return changed(request, finding)

        return view

    return decorate


@action()
def accept(request: SignedInRequest, finding: Finding) -> None:
    """Settle it as right."""
    accept_finding(finding, by=request.user, note=request.POST.get("note", "")[:1000])


@action()
def reject(request: SignedInRequest, finding: Finding) -> None:
    """Settle it as wrong, with the reason."""
    reject_finding(finding, by=request.user, reason=request.POST.get("note", "")[:1000])


@action()
def edit(request: SignedInRequest, finding: Finding) -> None:
    """Settle it with a value, or words, of one's own."""
    value = parse_value(finding.question.answer_type, request.POST.get("value", ""))
    spans = [_span(request)] if request.POST.get("start") else None
    if value is None and spans is None:
        raise Invalid("Write a value, or select other words in the document.")
    edit_finding(
        finding, by=request.user, value=value, spans=spans, reason=request.POST.get("note", "")[:1000]
    )


@action()
def verify(request: SignedInRequest, finding: Finding) -> None:
    """Confirm what somebody else decided."""
    verify_finding(finding, by=request.user)


@action()
def undo(request: SignedInRequest, finding: Finding) -> None:
    """Take the last decision back."""
    undo_decision(finding, by=request.user)


@action()
def flag(request: SignedInRequest, finding: Finding) -> None:
    """Raise one's flag, or take it down."""
    turn_flag(finding, by=request.user)


@action()
def comment(request: SignedInRequest, finding: Finding) -> None:
    """Leave a remark."""
    comment_on(finding, by=request.user, body=request.POST.get("body", "")[:10_000])


@require_POST
@signed_in
def add(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """A finding from words selected in the viewer; or those words in place of an earlier finding's."""
    matter = access_matter(request.user, matter_id, to="review")
    kind, _, key = request.POST.get("as", "").partition(":")
    if kind == "finding":
        finding = access_finding(request.user, _uuid(key), to="review")
        if finding.matter_id != matter.pk:
            raise NotFound
        edit_finding(finding, by=request.user, spans=[_span(request)])
        document = finding.document
    else:
        document = access_document(request.user, _uuid(request.POST.get("document", "")), to="review")
        if document.matter_id != matter.pk:
            raise NotFound
        question = _question(key or request.POST.get("question", ""))
        value = parse_value(question.answer_type, request.POST.get("value", ""))
        finding = add_finding(document, question, by=request.user, spans=[_span(request)], value=value)
    items = items_of(matter, document, request.user)
    context = {
        "matter": matter,
        "document": document,
        "items": items,
        "possible": [item for item in items if item.is_possible],
        "current": finding.pk,
        "may_review": True,
    }
    to = f"{reverse('document', args=[document.pk])}?finding={finding.pk}"
    response = answer(request, "viewer/viewer.html#rows", context, to=to, at="documents")
    tell = {"highlights:changed": {}, "span:cleared": {}, "finding:chosen": {"finding": str(finding.pk)}}
    response["HX-Trigger-After-Settle"] = json.dumps(tell)
    return response


def changed(request: SignedInRequest, finding: Finding) -> HttpResponse:
    """The piece of the asking page that shows this finding; a plain form goes back to where it came from."""
    matter = access_matter(request.user, finding.matter_id)
    target = request.htmx.target or ""
    if target.startswith("finding-"):
        item = item_of(matter, finding, request.user)
        context: dict[str, Any] = {"item": item, "matter": matter, "may_review": True}
        response = answer(request, "viewer/viewer.html#item", context)
        response["HX-Trigger-After-Settle"] = "highlights:changed"
        return response
    context = drawer_of(matter, finding.document, finding.question, request.user)
    if target.startswith("cell-") and target != "cell-drawer":
        return answer(request, "grid/grid.html#cell", context)
    here = request.htmx.current_url_abs_path or ""
    if here.startswith(IN_VIEWER):
        context["item"] = item_of(matter, finding, request.user)
    elif "/grid/" in here:
        context["in_grid"] = True
    page = reverse("cell", args=[matter.pk, finding.document_id, finding.question.key])
    response = answer(request, "grid/cell.html#changed", context, to=safe_next(request, page), at="grid")
    if here.startswith(IN_VIEWER):
        response["HX-Trigger-After-Settle"] = "highlights:changed"
    return response


def _span(request: SignedInRequest) -> ChosenSpan:
    form = SpanForm(request.POST)
    if not form.is_valid():
        raise Invalid("Select the words in the document first.")
    sent = form.cleaned_data
    # A browser sends line ends as CR LF; the text has them as they are.
    quote = sent["quote"].replace("\r\n", "\n")
    return ChosenSpan(sent["start"], sent["end"], quote or None)


def _uuid(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise NotFound from None


def _question(key: str) -> Question:
    question = next((each for each in active_questions() if key in (each.key, str(each.pk))), None)
    if question is None:
        raise Invalid("Choose what the selected words are.")
    return question
