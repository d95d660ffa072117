"""Reads that join or count: how findings stand, and what a cell of the grid shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from review.matters.models import Matter

from .models import (
    Disposition,
    DispositionEvidence,
    Evidence,
    Finding,
    MachineState,
    Origin,
    Outcome,
    ReviewState,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim range of a text: code points, and whether it is shown first."""

    start: int
    end: int
    quote: str
    score: float | None = None
    is_quiet: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How one finding stands now: the people's word, and the value and quotes that hold."""

    review_state: ReviewState
    value: Any
    quotes: tuple[Quote, ...]
    decided_by: str = ""
    decided_by_id: UUID | None = None
    decided_at: datetime | None = None
    reason: str = ""
    possible: tuple[Quote, ...] = field(default=())
    is_rejected: bool = False  # also when the rejection was verified

    @property
    def is_settled(self) -> bool:
        return self.review_state != ReviewState.UNREVIEWED


def with_review_state(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """The findings, each with `review_state`: the people's word."""
    latest = (
        Disposition.objects.filter(finding_id=OuterRef("pk")).order_by("-ordinal").values("review_state")[:1]
    )
    return findings.annotate(review_state=Coalesce(Subquery(latest), Value(ReviewState.UNREVIEWED.value)))


def current_findings(matter: Matter | UUID) -> QuerySet[Finding]:
    """What counts now in a matter: the newest machine finding of each cell, and what people added, on current texts."""
    matter_id = matter.pk if isinstance(matter, Matter) else matter
    newer = Finding.objects.filter(
        matter_id=OuterRef("matter_id"),
        document_id=OuterRef("document_id"),
        question_id=OuterRef("question_id"),
        text_id=OuterRef("text_id"),
        origin=Origin.MACHINE,
        created_at__gt=OuterRef("created_at"),
    )
    findings = Finding.objects.filter(matter_id=matter_id, text_id=Subquery(_current_text()))
    return with_review_state(findings.filter(Q(origin=Origin.PERSON) | ~Exists(newer)))


def _current_text() -> Any:
    from review.documents.models import Document

    return Document.objects.filter(pk=OuterRef("document_id")).values("text_id")[:1]


def stale_findings(finding: Finding) -> list[Finding]:
    """Earlier findings of the same cell on which people decided and whose decision did not carry over."""
    earlier = Finding.objects.filter(
        document_id=finding.document_id, question_id=finding.question_id, created_at__lt=finding.created_at
    ).exclude(origin=Origin.PERSON, text_id=finding.text_id)
    settled = with_review_state(earlier).exclude(review_state=ReviewState.UNREVIEWED)  # type: ignore[misc]
    carried = Disposition.objects.filter(finding_id=finding.pk, carried_from__isnull=False).exists()
    return [] if carried else list(settled.order_by("-created_at"))


def standings(findings: Iterable[Finding]) -> dict[UUID, Standing]:
    """How each of these findings stands, in four queries whatever their number."""
    wanted = {finding.pk: finding for finding in findings}
    latest: dict[UUID, Disposition] = {}
    history = Disposition.objects.filter(finding_id__in=wanted).select_related(
        "effective", "effective__decided_by", "effective__supersedes"
    )
    for disposition in history.order_by("finding_id", "ordinal"):
        latest[disposition.finding_id] = disposition
    held = {key: row.effective for key, row in latest.items() if row.effective is not None}
    chosen = _chosen(held.values())
    machine: dict[UUID, list[Quote]] = {}
    for evidence in Evidence.objects.filter(finding_id__in=wanted).order_by("finding_id", "ordinal"):
        quote = Quote(evidence.start, evidence.end, evidence.quote, evidence.score, evidence.is_quiet)
        machine.setdefault(evidence.finding_id, []).append(quote)
    return {
        key: _standing(finding, held.get(key), machine.get(key, []), chosen)
        for key, finding in wanted.items()
    }


def _chosen(dispositions: Iterable[Disposition]) -> dict[UUID, tuple[Quote, ...]]:
    rows: dict[UUID, list[Quote]] = {}
    spans = DispositionEvidence.objects.filter(disposition_id__in=[d.pk for d in dispositions])
    for span in spans.order_by("disposition_id", "ordinal"):
        rows.setdefault(span.disposition_id, []).append(Quote(span.start, span.end, span.quote))
    return {key: tuple(quotes) for key, quotes in rows.items()}


def _standing(
    finding: Finding,
    held: Disposition | None,
    machine: Sequence[Quote],
    chosen: dict[UUID, tuple[Quote, ...]],
) -> Standing:
    quiet = tuple(quote for quote in machine if quote.is_quiet)
    possible = tuple(quote for quote in machine if not quote.is_quiet)
    if held is None:
        return Standing(ReviewState.UNREVIEWED, finding.value, quiet, possible=possible)
    decided = _verified(held)
    is_rejected = decided.outcome == Outcome.REJECTED
    # An accepted finding with nothing quiet was accepted for what it offered as possible, or else as absent.
    says_absent = finding.state == MachineState.NOT_FOUND
    offered = quiet or (possible[:1] if decided.outcome == Outcome.ACCEPTED and not says_absent else ())
    if is_rejected and held.outcome == Outcome.VERIFIED:
        offered = ()  # "verified" over its quotes would read as if they had been confirmed
    return Standing(
        review_state=ReviewState(held.review_state),
        value=held.value if held.value is not None else finding.value,
        quotes=chosen.get(held.pk, ()) if held.has_spans else offered,
        decided_by=held.decided_by.name,
        decided_by_id=held.decided_by_id,
        decided_at=held.decided_at,
        reason=held.reason,
        possible=possible,
        is_rejected=is_rejected,
    )


def _verified(held: Disposition) -> Disposition:
    """The decision itself, where what holds is the verification of one, carried over or not."""
    decided: Disposition | None = held
    while decided is not None and decided.outcome == Outcome.VERIFIED:
        held, decided = decided, decided.supersedes or decided.carried_from
    return decided or held
