"""What people send about readings that are kept: until when, and how much the firm lets them take."""

from decimal import Decimal
from typing import Any

from django import forms

from review.readings.kept_readings import Budget

GB = 1024**3
DAY = "Write the day as year-month-day, for example 2027-03-31."
SIZE = "Write a number of gigabytes, such as 200."
MOST_GB = 8_000_000


class PinForm(forms.Form):
    """Until when a reading is kept whatever happens."""

    until = forms.DateField(
        label="Keep until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": DAY},
    )


class SizeField(forms.DecimalField):
    """Gigabytes; what was typed stays in the field when it is no number."""

    def __init__(self, **named: Any) -> None:
        wrong = {
            "invalid": SIZE,
            "min_value": "A budget is 0 gigabytes or more.",
            "max_value": "That is more than any machine has. " + SIZE,
            "max_digits": SIZE,
            "max_whole_digits": SIZE,
            "max_decimal_places": "Two digits after the point are enough.",
            "required": SIZE,
        }
        super().__init__(
            min_value=Decimal(0),
            max_value=Decimal(MOST_GB),
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages=wrong,
            **named,
        )


class BudgetForm(forms.Form):
    """How much the readings of a firm may take, and for how long they are kept."""

    disk = SizeField(
        label="Disk, GB",
        help_text="For all matters together. What is used longest ago goes first, what is pinned never.",
    )
    memory = SizeField(
        required=False,
        label="Main memory, GB",
        help_text="Of each worker, for readings that wait. Empty: none waits there.",
    )
    device = SizeField(
        required=False,
        label="Reader’s memory, GB",
        help_text="Of each worker’s device. Empty: one full window of the reader.",
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=3650,
        label="Days",
        help_text="A reading goes so many days after it was last used.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Say for how many days.",
            "invalid": "Write a whole number of days, such as 30.",
            "min_value": "Readings are kept for a day at the least.",
            "max_value": "Readings are kept for ten years, 3650 days, at the most.",
        },
    )

    @classmethod
    def saying(cls, budget: Budget) -> "BudgetForm":
        """The form filled with what holds now."""
        sizes = {"disk": budget.disk_bytes, "memory": budget.memory_bytes, "device": budget.device_bytes}
        told = {name: "" if size is None else _in_gb(size) for name, size in sizes.items()}
        return cls(initial={**told, "days": budget.days})

    def budget(self) -> dict[str, Any]:
        """What was written, once it is valid, by the names of the service."""
        sent = self.cleaned_data
        sizes = {
            name: None if sent[name] is None else int(sent[name] * GB)
            for name in ("disk", "memory", "device")
        }
        return {**{f"{name}_bytes": size for name, size in sizes.items()}, "days": sent["days"]}


def _in_gb(size: int) -> str:
    return f"{Decimal(size) / GB:.2f}".rstrip("0").rstrip(".")
