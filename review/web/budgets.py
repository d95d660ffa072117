"""What the readers of a firm may keep, as the Readers page shows it to an administrator and takes it back."""

from typing import Any
from uuid import UUID

from review.accounts.models import User
from review.errors import Invalid
from review.readings.keep_readings import set_budget
from review.readings.kept_readings import budget_of, disk_used_by
from review.readings.memory_use import memory_used_by

from .kept_forms import BudgetForm

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
        "in_memory": memory_used_by(organization_id),
        "free": max(0, budget.disk_bytes - use.bytes),
        "budget_form": form or BudgetForm.saying(budget),
    }


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
