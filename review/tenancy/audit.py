"""The audit trail: one call, in the transaction of the change it tells of."""

from typing import Any
from uuid import UUID

from django.db.models import Model

from review.accounts.models import User

from .context import ContextError, current_context
from .models import AuditEvent


def record(by: User | None, action: str, subject: Model, **detail: Any) -> AuditEvent:
    """Write one audit row. `detail` holds facts about the change and never text of a document."""
    context = current_context()
    if context is None or context.organization is None:
        raise ContextError("an audit row needs a running context")
    return AuditEvent.objects.create(
        organization_id=context.organization,
        matter_id=_matter_of(subject),
        actor=by,
        action=action,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk if isinstance(subject.pk, UUID) else None,
        detail=detail,
    )


def _matter_of(subject: Model) -> UUID | None:
    named = (
        subject.pk if subject._meta.label_lower == "matters.matter" else getattr(subject, "matter_id", None)
    )
    return named if isinstance(named, UUID) else None
