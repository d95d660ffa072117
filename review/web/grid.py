"""The review grid: documents by questions in blocks of fifty rows, and the drawer of one cell."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET

from review.documents.access import access_document
from review.documents.models import Document, ReadingState
from review.errors import NotFound
from review.findings.models import MachineState, ReviewState
from review.findings.recipes import answered_documents, present_questions, readable_documents
from review.findings.selectors import current_findings
from review.matters.access import access_matter, role_on
from review.matters.models import Matter, MatterRole
from review.measurement.measures import Approval, approvals_of, newest_reader
from review.playbooks.access import may_change_questions
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions
from review.tenancy.access import access_membership

from . import selectors
from .answers import answer
from .cell import drawer_of
from .cells import cells_of, rows_of
from .signed_in import SignedInRequest, signed_in

BLOCK = 50
COMPACT = 10  # questions shown at first: the firm's own, then those with most found


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person wants to see: which columns, and which rows."""

    state: str
    review_state: str
    clause: str
    q: str
    columns: str  # "compact", "all", or keys with commas between
    copies: str  # "shown", or empty: copies of one file are settled once

    @classmethod
    def by(cls, query: QueryDict) -> "Asked":
        """Read the choice from an address; what it does not know counts as not chosen."""
        state, review_state = query.get("state", ""), query.get("review_state", "")
        return cls(
            state=state if state in MachineState.values else "",
            review_state=review_state if review_state in ReviewState.values else "",
            clause=query.get("clause", ""),
            q=query.get("q", "").strip()[:200],
            columns=",".join(query.getlist("columns")) or "compact",
            copies="shown" if query.get("copies") == "shown" else "",
        )

    @property
    def query(self) -> str:
        """The same as the end of an address."""
        names = ("state", "review_state", "clause", "q", "columns", "copies")
        return urlencode({name: value for name in names if (value := getattr(self, name))})

    @property
    def narrows(self) -> bool:
        """Whether some rows are left out."""
        return bool(self.state or self.review_state or self.q)


@require_GET
@signed_in
def grid(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The whole grid with its first block, or one more block for htmx."""
    found = access_matter(request.user, matter_id)
    asked = Asked.by(request.GET)
    questions = active_questions()
    everything = rows_of(found, copies=bool(asked.copies))
    tally = (
        selectors.Tally()
        if request.GET.get("after")
        else selectors.tally_of(found, copies=bool(asked.copies))
    )
    columns = _columns(asked, questions, tally, request.GET.get("shown", ""))
    rows = _narrowed(everything, found, asked, columns)
    context: dict[str, Any] = {
        "matter": found,
        "asked": asked,
        "columns": columns,
        "slice": _block(found, rows, columns, asked, request.GET.get("after", "")),
    }
    if request.GET.get("after") and request.htmx:
        return answer(request, "grid/grid.html#block", context)
    total = everything.count()
    approvals = approvals_of(columns, newest_reader(found.pk))
    context |= {
        "questions": questions,
        "heads": [_head(question, tally, approvals[question.pk]) for question in columns],
        "total": total,
        "folded": 0 if asked.copies else rows_of(found, copies=True).count() - total,
        "matching": rows.count() if asked.narrows else None,
        "states": MachineState.choices,
        "review_states": ReviewState.choices,
        "settled": tally.count(settled=True),
        "answered": tally.count(),
        "due": due_columns(found, questions),
        "may_change": may_change_questions(request.user, access_membership(request.user)),
        "may_review": role_on(request.user, matter_id) in (MatterRole.LEAD, MatterRole.REVIEWER),
        "column_count": len(columns) + 1,
        "row_count": (rows.count() if asked.narrows else total) + 1,
    }
    return answer(request, "grid/grid.html", context, at="grid")


@require_GET
@signed_in
def cell(request: SignedInRequest, matter_id: UUID, document_id: UUID, question: str) -> HttpResponse:
    """The drawer of one cell, or the same as a page of its own."""
    found = access_matter(request.user, matter_id)
    document = access_document(request.user, document_id)
    if document.matter_id != found.pk:
        raise NotFound
    column = next((each for each in active_questions() if each.key == question), None)
    if column is None:
        raise NotFound
    context = drawer_of(found, document, column, request.user)
    return answer(request, "grid/cell.html#drawer", context, at="grid")


def _columns(
    asked: Asked, questions: Sequence[Question], tally: selectors.Tally, shown: str
) -> list[Question]:
    if asked.clause:
        chosen = [each for each in questions if each.key == asked.clause]
        if chosen:
            return chosen
    if asked.columns == "all":
        return list(questions)
    keys = shown.split(",") if shown else [] if asked.columns == "compact" else asked.columns.split(",")
    if keys:
        by_key = {each.key: each for each in questions}
        return [by_key[key] for key in keys if key in by_key] or list(questions)[:COMPACT]
    found = {each.pk: tally.count(question=each.pk, state=MachineState.FOUND) for each in questions}
    most = sorted(questions, key=lambda each: (not each.is_own, -found[each.pk], each.position))[:COMPACT]
    return sorted(most, key=lambda each: each.position)


def _narrowed(
    rows: QuerySet[Document], matter: Matter, asked: Asked, columns: Sequence[Question]
) -> QuerySet[Document]:
    if asked.q:
        rows = rows.filter(path__icontains=asked.q)
    if asked.state or asked.review_state:
        cells: Any = current_findings(matter).filter(
            document_id=OuterRef("pk"), question_id__in=[each.pk for each in columns]
        )
        if asked.state:
            cells = cells.filter(state=asked.state)
        if asked.review_state:
            cells = cells.filter(review_state=asked.review_state)
        rows = rows.filter(Exists(cells))
    return rows


def _block(
    matter: Matter, rows: QuerySet[Document], columns: Sequence[Question], asked: Asked, after: str
) -> dict[str, Any]:
    index, key = _read_place(after)
    if key:
        rows = rows.filter(Q(path__gt=key[0]) | Q(path=key[0], pk__gt=key[1]))
    documents = list(rows.only("path", "name", "kind", "page_count", "reading", "banner", "duplicate_of")
                     .order_by("path", "pk")[: BLOCK + 1])  # fmt: skip
    more = documents[BLOCK:]
    documents = documents[:BLOCK]
    cells = cells_of(matter, documents, columns)
    return {
        "start": index,
        "rows": [
            {"document": document, "index": number, "cells": cells[document.pk]}
            for number, document in enumerate(documents, start=index + 2)
        ],
        "next": _next_url(matter, columns, asked, index + BLOCK, documents[-1]) if more else "",
    }


def _next_url(matter: Matter, columns: Sequence[Question], asked: Asked, index: int, last: Document) -> str:
    place = json.dumps([index, last.path, str(last.pk)]).encode()
    after = base64.urlsafe_b64encode(place).decode()
    # The columns are named, so that a later block does not count the whole matter again to choose them.
    shown = ",".join(each.key for each in columns)
    more = urlencode({"after": after, "shown": shown})
    return f"{reverse('grid', args=[matter.pk])}?{asked.query}&{more}"


def _read_place(after: str) -> tuple[int, tuple[str, UUID] | None]:
    if not after:
        return 0, None
    try:
        index, path, key = json.loads(base64.urlsafe_b64decode(after))
        return int(index), (str(path), UUID(key))
    except (ValueError, TypeError):
        return 0, None


@dataclass(frozen=True, slots=True)
class DueColumns:
    """The firm's own columns that some documents have not been asked in their present words."""

    names: list[str]
    documents: int  # that the last of them would be asked of


def due_columns(matter: Matter, questions: Sequence[Question]) -> DueColumns | None:
    """What "Read now" would ask beyond what was read; None when there is nothing, or it is under way."""
    waiting = (ReadingState.PENDING, ReadingState.RUNNING)
    if Document.objects.filter(matter_id=matter.pk, reading__in=waiting).exists():
        return None
    present = present_questions(matter.pk, [question for question in questions if question.is_own])
    documents, answered = readable_documents(matter), answered_documents(matter, present)
    left = {each.question.name: documents - answered.get(each.question.pk, 0) for each in present}
    names = [name for name, number in left.items() if number > 0]
    return DueColumns(names, max(left.values())) if names else None


def _head(question: Question, tally: selectors.Tally, approval: Approval) -> dict[str, Any]:
    answered = tally.count(question=question.pk)
    return {
        "question": question,
        "answered": answered,
        "found": tally.count(question=question.pk, state=MachineState.FOUND),
        "settled": tally.count(question=question.pk, settled=True),
        "verified": tally.count(question=question.pk, review_state=ReviewState.VERIFIED),
        "approval": approval,
    }
