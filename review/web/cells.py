"""What the cells of the review grid show, a block of documents at a time and never a query a cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from review.annotation.models import Flag
from review.documents.models import Document, DocumentState, ReadingState
from review.findings.models import Disposition, Evidence, Finding, MachineState, Origin, ReviewState
from review.findings.recipes import present_questions
from review.findings.selectors import current_findings
from review.matters.models import Matter
from review.playbooks.models import Question

from .values import shown_value

QUOTE_SHOWN = 90  # characters of the first quote, where no value could be computed


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer as the grid shows it: the machine's word, the people's word, and what was found."""

    url: str  # of its drawer
    document_id: UUID
    question: Question
    finding_id: UUID | None
    state: str
    review_state: str
    words: str
    quotes: int = 0
    flagged: bool = False
    stale: bool = False
    added: bool = False

    @property
    def classes(self) -> str:
        """The states of the cell for the style sheet."""
        return f"is-{self.state} is-{self.review_state}" + (" is-stale" if self.stale else "")

    @property
    def attributes(self) -> SafeString:
        """What its element is called, how it looks and what the keyboard acts on.

        Written in one piece because a page has thousands of cells; ids, states and addresses are ours.
        """
        key = escape(self.question.key)
        said = (
            f'id="cell-{self.document_id}-{key}" class="{self.classes}" data-document="{self.document_id}"'
            f' data-question="{key}" data-drawer-url="{escape(self.url)}"'
        )
        if self.finding_id:
            said += f' data-finding="{self.finding_id}" data-action-base="/findings/{self.finding_id}/"'
        return mark_safe(said)

    @property
    def icon(self) -> str:
        """The picture of the people's word."""
        return REVIEW_ICONS[self.review_state]

    @property
    def review_words(self) -> str:
        """The people's word."""
        return REVIEW_WORDS[self.review_state]


REVIEW_WORDS = {str(state): str(state.label) for state in ReviewState}
REVIEW_ICONS = {
    "unreviewed": "circle",
    "accepted": "check",
    "edited": "pencil",
    "rejected": "cross",
    "verified": "seal",
}
STATE_WORDS = {str(state): str(state.label) for state in MachineState} | {
    "not_readable": "Not readable",
    "pending": "Pending",
    "running": "Running",
    "none": "Not read",
    "forbidden": "Forbidden by AI terms",
}


def cells_of(
    matter: Matter, documents: Sequence[Document], questions: Sequence[Question]
) -> dict[UUID, list[Cell]]:
    """For each document its cells in the order of the questions, in a handful of queries."""
    found = _rows(matter, documents, questions)
    by_cell: dict[tuple[UUID, UUID], list[dict[str, Any]]] = {}
    for row in found:
        by_cell.setdefault((row["document_id"], row["question_id"]), []).append(row)
    values = _decided_values(row["id"] for row in found if row["review_state"] in ("edited", "verified"))
    flagged = _flagged(row["id"] for row in found)
    stale = _stale(found, documents) | _of_earlier_words(matter, found, questions)
    base = reverse("matter", args=[matter.pk]) + "cells/"
    return {
        document.pk: [
            _cell(
                f"{base}{document.pk}/{question.key}/",
                document,
                question,
                by_cell.get((document.pk, question.pk), []),
                values,
                flagged,
                stale,
            )
            for question in questions
        ]
        for document in documents
    }


def _rows(
    matter: Matter, documents: Sequence[Document], questions: Sequence[Question]
) -> list[dict[str, Any]]:
    quiet = Evidence.objects.filter(finding_id=OuterRef("pk"), is_quiet=True).order_by()
    findings = current_findings(matter).filter(
        document_id__in=[document.pk for document in documents],
        question_id__in=[question.pk for question in questions],
    )
    counted = findings.annotate(
        quotes=Subquery(quiet.values("finding_id").annotate(number=Count("id")).values("number")[:1]),
        first=Subquery(quiet.order_by("ordinal").values(short=Left("quote", QUOTE_SHOWN))[:1]),
    )
    rows: Any = counted.values(
        "id",
        "document_id",
        "question_id",
        "origin",
        "state",
        "value",
        "review_state",
        "quotes",
        "first",
        "created_at",
        "run__asked_hash",
        "run__reader",
    )
    return list(rows)


def _decided_values(ids: Iterable[UUID]) -> dict[UUID, Any]:
    decided = Disposition.objects.filter(finding_id__in=list(ids), effective__isnull=False)
    newest = decided.order_by("finding_id", "ordinal").values_list("finding_id", "effective__value")
    return {finding_id: value for finding_id, value in newest if value is not None}


def _flagged(ids: Iterable[UUID]) -> set[UUID]:
    return set(Flag.objects.filter(finding_id__in=list(ids)).values_list("finding_id", flat=True))


def _stale(found: list[dict[str, Any]], documents: Sequence[Document]) -> set[tuple[UUID, UUID]]:
    """Cells where people decided on an earlier finding and nobody has on the present one."""
    current = {row["id"] for row in found}
    open_now = {
        (row["document_id"], row["question_id"]) for row in found if row["review_state"] == "unreviewed"
    }
    decided = Finding.objects.filter(
        document_id__in=[document.pk for document in documents], dispositions__isnull=False
    ).distinct()
    earlier = decided.values_list("id", "document_id", "question_id")
    return {(document, question) for key, document, question in earlier if key not in current} & open_now


def _of_earlier_words(
    matter: Matter, found: list[dict[str, Any]], questions: Sequence[Question]
) -> set[tuple[UUID, UUID]]:
    """Cells whose answer is to earlier words of a question of the firm's own, or was made before it was learned."""
    own = present_questions(matter.pk, [question for question in questions if question.is_own])
    now = {each.question.pk: each for each in own}
    return {
        (row["document_id"], row["question_id"])
        for row in found
        if row["question_id"] in now
        and row["origin"] == Origin.MACHINE
        and row["run__asked_hash"] != now[row["question_id"]].hash_for(row["run__reader"])
    }


def _cell(
    url: str,
    document: Document,
    question: Question,
    rows: list[dict[str, Any]],
    values: dict[UUID, Any],
    flagged: set[UUID],
    stale: set[tuple[UUID, UUID]],
) -> Cell:
    if not rows:
        state = _waiting_state(document)
        return Cell(url, document.pk, question, None, state, "unreviewed", STATE_WORDS.get(state, state))
    first = min(rows, key=_precedence)
    value = shown_value(question.answer_type, values.get(first["id"], first["value"]), short=True)
    return Cell(
        url=url,
        document_id=document.pk,
        question=question,
        finding_id=first["id"],
        state=first["state"],
        review_state=first["review_state"],
        words=value or _in_words(first),
        quotes=sum(row["quotes"] or 0 for row in rows),
        flagged=any(row["id"] in flagged for row in rows),
        stale=(document.pk, question.pk) in stale,
        added=first["origin"] == Origin.PERSON,
    )


def _precedence(row: dict[str, Any]) -> tuple[bool, bool, Any]:
    """What stands for the cell: something found before nothing found, the machine's before what was added."""
    return (row["state"] != MachineState.FOUND, row["origin"] == Origin.PERSON, row["created_at"])


def _in_words(row: dict[str, Any]) -> str:
    if row["state"] == MachineState.FOUND and row["first"]:
        return " ".join(row["first"].split())
    return STATE_WORDS.get(row["state"], row["state"])


def _waiting_state(document: Document) -> str:
    if document.reading in (ReadingState.NOT_READABLE, ReadingState.FAILED, ReadingState.RUNNING):
        return document.reading
    if document.reading in (ReadingState.NONE, ReadingState.FORBIDDEN, ReadingState.READ):
        return "none"
    return "pending"


def rows_of(matter: Matter, *, copies: bool = False) -> QuerySet[Document]:
    """The documents that are rows of the grid: those with text, identical copies only when asked for."""
    ready = Document.objects.filter(matter_id=matter.pk, state=DocumentState.READY)
    return ready if copies else ready.filter(duplicate_of=None)
