"""Warnings about passages: stored once a text, judged by people, counted for the pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from review.accounts.models import User
from review.errors import Conflict
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .models import DocumentText, DocumentWarning, Judgement, WarningDecision, WarningKind


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    sentence = "There is no decision about this passage to undo."


class SaidAlready(Conflict):
    code = "said_already"
    sentence = "That was said of this passage already. Undo it to say something else."


@dataclass(frozen=True, slots=True)
class Warned:
    """A passage to be warned of; without a range it stands in no text."""

    kind: str
    page: int
    start: int | None
    end: int | None
    quote: str
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Stands:
    """A warning as it stands: unreviewed, harmless or suspicious, and who said so."""

    warning: DocumentWarning
    state: str
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""

    @property
    def kind_label(self) -> str:
        return WarningKind(self.warning.kind).label

    @property
    def is_open(self) -> bool:
        return self.state == "unreviewed"


def store_warnings(text: DocumentText, found: Iterable[Warned]) -> int:
    """Store what intake warns of, unless this text has its warnings. Returns how many were stored."""
    rows = [
        DocumentWarning(
            organization_id=text.organization_id,
            matter_id=text.matter_id,
            document_id=text.document_id,
            text=text,
            kind=each.kind,
            page=each.page,
            start=each.start,
            end=each.end,
            quote=each.quote,
            cue=each.cue,
        )
        for each in found
    ]
    if not rows or DocumentWarning.objects.filter(text=text).exists():
        return 0
    DocumentWarning.objects.bulk_create(rows)
    record(None, "document.warned", text.document, warnings=len(rows))
    return len(rows)


@transaction.atomic
def judge_warning(
    warning: DocumentWarning, judgement: Judgement, *, by: User, note: str = ""
) -> WarningDecision:
    """Say that a passage is harmless, or suspicious. Raises SaidAlready when that holds already."""
    latest = _lock(warning)
    held = latest.effective if latest else None
    if held is not None and held.judgement == judgement:
        raise SaidAlready
    decision = WarningDecision(
        organization_id=warning.organization_id,
        matter_id=warning.matter_id,
        warning=warning,
        ordinal=latest.ordinal + 1 if latest else 1,
        judgement=judgement,
        supersedes=held,
        decided_by=by,
        note=note[:1000],
    )
    decision.effective = decision
    decision.save(force_insert=True)
    record(by, "warning.judged", warning, judgement=str(judgement))
    return decision


@transaction.atomic
def undo_judgement(warning: DocumentWarning, *, by: User) -> WarningDecision:
    """Take back what holds, one at a time. Raises NothingToUndo."""
    latest = _lock(warning)
    if latest is None or latest.effective is None:
        raise NothingToUndo
    decision = WarningDecision.objects.create(
        organization_id=warning.organization_id,
        matter_id=warning.matter_id,
        warning=warning,
        ordinal=latest.ordinal + 1,
        judgement=Judgement.UNDONE,
        effective=latest.effective.supersedes,
        supersedes=latest.effective,
        decided_by=by,
    )
    record(by, "warning.undone", warning)
    return decision


def _lock(warning: DocumentWarning) -> WarningDecision | None:
    take_turn(Turn.ROW, warning.pk)
    decisions = WarningDecision.objects.select_related("effective__supersedes")
    return decisions.filter(warning=warning).order_by("-ordinal").first()


def current_warnings(
    *, matter_id: UUID | None = None, document_id: UUID | None = None
) -> QuerySet[DocumentWarning]:
    """The warnings about current texts of a matter, or of one document; of none where neither is named."""
    warnings = DocumentWarning.objects.filter(text_id=F("document__text_id"))
    if document_id is not None:
        return warnings.filter(document_id=document_id)
    return warnings.filter(matter_id=matter_id) if matter_id is not None else warnings.none()


def stand(warnings: Sequence[DocumentWarning]) -> list[Stands]:
    """Each warning as it stands, in one query."""
    decisions = WarningDecision.objects.filter(warning_id__in=[warning.pk for warning in warnings])
    latest = {
        decision.warning_id: decision
        for decision in decisions.select_related("effective__decided_by").order_by("ordinal")
    }
    return [_stands(warning, latest.get(warning.pk)) for warning in warnings]


def _stands(warning: DocumentWarning, latest: WarningDecision | None) -> Stands:
    held = latest.effective if latest else None
    if held is None:
        return Stands(warning, "unreviewed")
    return Stands(warning, held.judgement, held.decided_by.name, held.decided_at, held.note)


def stands_of(*, matter_id: UUID | None = None, document_id: UUID | None = None) -> list[Stands]:
    """The warnings of a document, or of a matter by path and place, as they stand."""
    found = current_warnings(matter_id=matter_id, document_id=document_id).select_related("document")
    order = (
        ("page", "start", "id") if document_id else ("document__path", "document_id", "page", "start", "id")
    )
    return stand(list(found.order_by(*order)))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many warnings there are, and of how many nobody has said anything."""

    total: int = 0
    open: int = 0


def counts_by_document(matter_id: UUID) -> dict[UUID, Counted]:
    """The documents of a matter that are warned of."""
    return _counts(matter_id, "document_id")


def counts_by_bundle(matter_id: UUID) -> dict[UUID, Counted]:
    """The deliveries of a matter that hold something warned of."""
    return _counts(matter_id, "document__bundle_id")


def _counts(matter_id: UUID, field: str) -> dict[UUID, Counted]:
    judged = _judged(matter_id)
    rows = current_warnings(matter_id=matter_id).order_by().values_list(field)
    counted = rows.annotate(total=Count("id"), open=Count("id", filter=~Q(pk__in=judged)))
    return {key: Counted(total, still_open) for key, total, still_open in counted}


def _judged(matter_id: UUID) -> list[UUID]:
    """The warnings of which somebody's word holds; few, because people said them one by one."""
    latest: dict[UUID, bool] = {}
    rows = WarningDecision.objects.filter(matter_id=matter_id).order_by("ordinal")
    for warning_id, effective in rows.values_list("warning_id", "effective_id"):
        latest[warning_id] = effective is not None
    return [key for key, holds in latest.items() if holds]
