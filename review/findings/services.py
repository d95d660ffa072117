"""Every decision a person makes about a finding: accept, reject, edit, verify, undo, add. All of them are appended.

A finding row is locked while it is decided, and the ordinal of the new row is unique: two people cannot both be first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from review.accounts.models import User
from review.documents.models import Document, DocumentText
from review.errors import Conflict, Invalid
from review.playbooks.models import Question
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .errors import AlreadySettled, NothingToUndo, NotTheSource
from .learning import consider_learning
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
class ChosenSpan:
    """A range of the finding's own text, in code points, and what the person saw there when choosing it."""

    start: int
    end: int
    quote: str | None = None


@transaction.atomic
def accept_finding(finding: Finding, *, by: User, note: str = "") -> Disposition:
    """Settle a finding as right. Raises AlreadySettled when another reviewer was first."""
    return _decide(finding, Outcome.ACCEPTED, by=by, reason=note)


@transaction.atomic
def reject_finding(finding: Finding, *, by: User, reason: str) -> Disposition:
    """Settle a finding as wrong, with the reason. Raises AlreadySettled when another reviewer was first."""
    if not reason.strip():
        raise Invalid("Say in a few words why this is wrong.")
    return _decide(finding, Outcome.REJECTED, by=by, reason=reason)


@transaction.atomic
def edit_finding(
    finding: Finding,
    *,
    by: User,
    value: Any = None,
    spans: Sequence[ChosenSpan] | None = None,
    reason: str = "",
) -> Disposition:
    """Settle a finding with a value or quotes of one's own; spans replace the quotes, None keeps them.

    Editing one's own earlier decision is allowed. Raises AlreadySettled for somebody else's, NotTheSource when a
    quote differs from the text.
    """
    latest = _lock(finding)
    held = latest.effective if latest else None
    own = held is not None and held.decided_by_id == by.pk
    if held is not None and own:  # what this edit does not change stays as the person left it
        value = held.value if value is None else value
        spans = _spans_of(held) if spans is None else spans
    return _decide(finding, Outcome.EDITED, by=by, reason=reason, value=value, again=own, spans=spans)


@transaction.atomic
def verify_finding(finding: Finding, *, by: User) -> Disposition:
    """Confirm another person's decision. Raises Conflict when there is none, or it is one's own."""
    latest = _lock(finding)
    held = latest.effective if latest else None
    if held is None or held.outcome == Outcome.VERIFIED:
        raise Conflict("There is no decision to verify.")
    if held.decided_by_id == by.pk:
        raise Conflict("A decision is verified by somebody other than the person who made it.")
    disposition = _append(
        finding,
        latest,
        Outcome.VERIFIED,
        ReviewState.VERIFIED,
        by=by,
        value=held.value,
        spans=_spans_of(held),
    )
    record(by, "finding.verified", finding)
    return disposition


@transaction.atomic
def undo_decision(finding: Finding, *, by: User) -> Disposition:
    """Take back the decision that holds, one at a time and as often as there are decisions. Raises NothingToUndo."""
    latest = _lock(finding)
    if latest is None or latest.effective is None:
        raise NothingToUndo
    before = latest.effective.supersedes
    disposition = Disposition.objects.create(
        organization_id=finding.organization_id,
        matter_id=finding.matter_id,
        finding=finding,
        ordinal=latest.ordinal + 1,
        outcome=Outcome.UNDONE,
        review_state=before.review_state if before else ReviewState.UNREVIEWED,
        effective=before,
        supersedes=latest.effective,
        decided_by=by,
    )
    record(by, "finding.undone", finding)
    return disposition


@transaction.atomic
def add_finding(
    document: Document, question: Question, *, by: User, spans: Sequence[ChosenSpan], value: Any = None
) -> Finding:
    """Store what a person found in the current text of a document; it counts as accepted by them."""
    text = document.text
    if text is None:
        raise Conflict("This document has no text yet.")
    if not spans:
        raise Invalid("Select the words that show it.")
    finding = Finding.objects.create(
        organization_id=document.organization_id,
        matter_id=document.matter_id,
        document=document,
        text=text,
        question=question,
        origin=Origin.PERSON,
        added_by=by,
        state=MachineState.FOUND,
        value=value,
    )
    Evidence.objects.bulk_create(
        Evidence(
            organization_id=finding.organization_id,
            matter_id=finding.matter_id,
            finding=finding,
            text=text,
            ordinal=ordinal,
            start=span.start,
            end=span.end,
            quote=quote_at(text, span),
        )
        for ordinal, span in enumerate(spans, start=1)
    )
    _append(finding, None, Outcome.ACCEPTED, ReviewState.ACCEPTED, by=by)
    record(by, "finding.added", finding, question=question.key)
    consider_learning(finding)
    return finding


def quote_at(text: DocumentText, span: ChosenSpan) -> str:
    """The characters of a span. Raises NotTheSource outside the text, or when the person saw something else there."""
    quote = text.content[span.start : span.end]
    if not 0 <= span.start < span.end <= len(text.content) or not quote.strip():
        raise NotTheSource
    if span.quote is not None and span.quote != quote:
        raise NotTheSource
    return quote


def latest_disposition(finding: Finding) -> Disposition | None:
    """The last row of the finding's history, which says how it stands."""
    return (
        Disposition.objects.select_related("effective", "effective__supersedes")
        .filter(finding_id=finding.pk)
        .order_by("-ordinal")
        .first()
    )


def _lock(finding: Finding) -> Disposition | None:
    take_turn(Turn.ROW, finding.pk)
    return latest_disposition(finding)


def _decide(
    finding: Finding,
    outcome: Outcome,
    *,
    by: User,
    reason: str = "",
    value: Any = None,
    again: bool = False,
    spans: Sequence[ChosenSpan] | None = None,
) -> Disposition:
    latest = _lock(finding)
    held = latest.effective if latest else None
    if held is not None and not again:
        own = "You have already settled this finding. Undo your decision to change it."
        raise AlreadySettled(own if held.decided_by_id == by.pk else None)
    disposition = _append(
        finding, latest, outcome, ReviewState(outcome.value), by=by, reason=reason, value=value, spans=spans
    )
    record(by, f"finding.{outcome.value}", finding)
    consider_learning(finding)
    return disposition


def _append(
    finding: Finding,
    latest: Disposition | None,
    outcome: Outcome,
    review_state: ReviewState,
    *,
    by: User,
    reason: str = "",
    value: Any = None,
    spans: Sequence[ChosenSpan] | None = None,
    carried_from: Disposition | None = None,
) -> Disposition:
    disposition = Disposition(
        organization_id=finding.organization_id,
        matter_id=finding.matter_id,
        finding=finding,
        ordinal=latest.ordinal + 1 if latest else 1,
        outcome=outcome,
        review_state=review_state,
        supersedes=latest.effective if latest else None,
        carried_from=carried_from,
        decided_by=by,
        reason=reason,
        value=value,
        has_spans=spans is not None,
    )
    disposition.effective = disposition
    disposition.save(force_insert=True)
    DispositionEvidence.objects.bulk_create(
        DispositionEvidence(
            organization_id=finding.organization_id,
            matter_id=finding.matter_id,
            disposition=disposition,
            text=finding.text,
            ordinal=ordinal,
            start=span.start,
            end=span.end,
            quote=quote_at(finding.text, span),
        )
        for ordinal, span in enumerate(spans or (), start=1)
    )
    return disposition


def carry_over(old: Finding, new: Finding) -> Disposition | None:
    """Let a decision hold for a newer finding of the same words; None when there was none to carry."""
    latest = latest_disposition(old)
    held = latest.effective if latest else None
    if held is None:
        return None
    return _append(
        new,
        None,
        Outcome(held.outcome),
        ReviewState(held.review_state),
        by=held.decided_by,
        reason=held.reason,
        value=held.value,
        spans=_spans_of(held),
        carried_from=held,
    )


def _spans_of(held: Disposition) -> list[ChosenSpan] | None:
    return [ChosenSpan(kept.start, kept.end) for kept in held.evidence.all()] if held.has_spans else None
