"""What the readers of a firm may keep, as the Readers page shows it to an administrator and takes it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat

from review.accounts.models import User
from review.errors import Invalid
from review.readings.keep_readings import set_budget
from review.readings.kept_readings import budget_of, disk_used_by
from review.readings.memory_use import memory_used_by
from review.tenancy.models import AuditEvent

from .kept_forms import BudgetForm

LATEST = 20  # receipts that are shown
SPOKEN_OF = {
    "disk": "disk",
    "main memory": "memory",
    "device": "device",
    "days": "days",
}  # by the service's sentences


def budget_context(organization_id: UUID, form: BudgetForm | None = None) -> dict[str, Any]:
    """The budgets and what is used: sums over the firm, behind walls too, and no matter's name."""
    budget, use = budget_of(organization_id), disk_used_by(organization_id)
    return {
        "budget": budget,
        "use": use,
        "receipts": receipts(),
        "in_memory": memory_used_by(organization_id),
        "free": max(0, budget.disk_bytes - use.bytes),
        "budget_form": form or BudgetForm.saying(budget),
    }


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the readings of a matter that was deleted."""

    at: datetime
    who: str
    matter_id: UUID | None
    sentence: str


def receipts() -> list[Receipt]:
    """The matters of the firm that were deleted of late, newest first, as the audit trail keeps them."""
    events = AuditEvent.objects.select_related("actor").filter(
        action="matter.deleted", subject_id__isnull=False
    )
    return [
        Receipt(
            event.at,
            event.actor.name if event.actor else "The service",
            event.subject_id,
            _gone(event.detail),
        )
        for event in events.order_by("-at")[:LATEST]
    ]


def _gone(facts: dict[str, Any]) -> str:
    """What an audit row tells of saved readings; rows from before any were kept tell nothing."""
    if not facts.get("reading_keys"):
        return "Nothing was saved of its readings."
    number, size = int(facts.get("readings", 0)), filesizeformat(int(facts.get("reading_bytes", 0)))
    saved = f"1 saved reading of {size} is" if number == 1 else f"{number} saved readings of {size} are"
    return f"{saved} gone, and so is the key that sealed them."


def is_set(form: BudgetForm, organization_id: UUID, by: User) -> bool:
    """Set what was written; False, with the reason beside its field, where it cannot hold."""
    if not form.is_valid():
        return False
    try:
        set_budget(organization_id, **form.budget(), by=by)
    except Invalid as refusal:
        sentence = str(refusal)
        form.add_error(
            next((field for words, field in SPOKEN_OF.items() if words in sentence), None), sentence
        )
        return False
    return True
