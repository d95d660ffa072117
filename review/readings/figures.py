"""What reading and answers took of a device, and what that costs: of a run, a column or a matter.

Every second that was measured is in it once: in the answer that paid for it, or with the case file of a run whose
answers have not paid for its reading.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from review.matters.models import Matter
from review.readers.money import SECONDS_AN_HOUR, amount_in_words

from .models import CaseAnswer, CasePart


@dataclass(frozen=True, slots=True)
class Figures:
    """Device seconds and cost in words: `cost` is `answers_cost`, reading that answers paid for, and `unpaid_cost`.

    Amounts of several currencies are listed; empty where no price was kept.
    """

    answers: int = 0
    prefill_seconds: float = 0.0  # of reading, that answers paid for
    unpaid_seconds: float = 0.0  # of reading, that no answer has paid for: none came of it, or not yet
    decode_tokens: int = 0
    seconds: float = 0.0  # of deciding, without reading
    cost: str = ""
    answers_cost: str = ""
    unpaid_cost: str = ""

    @property
    def reading_seconds(self) -> float:
        return self.prefill_seconds + self.unpaid_seconds

    @property
    def device_seconds(self) -> float:
        return self.reading_seconds + self.seconds


def figures_of_run(run_id: UUID) -> Figures:
    """What a run took so far."""
    return _figures(CaseAnswer.objects.filter(part__run=run_id), CasePart.objects.filter(run=run_id))


def figures_of_matter(matter: Matter) -> Figures:
    """What all runs and questions of a matter took so far."""
    own = {"matter_id": matter.pk}
    return _figures(CaseAnswer.objects.filter(**own), CasePart.objects.filter(**own))


def figures_by_question(matter: Matter) -> dict[UUID, Figures]:
    """What the answers to each column took in a matter so far."""
    answers = CaseAnswer.objects.filter(matter_id=matter.pk, question__isnull=False)
    asked = answers.order_by().values_list("question_id", flat=True).distinct()
    return {key: _figures(answers.filter(question_id=key), CasePart.objects.none()) for key in asked}


def _figures(answers: QuerySet[CaseAnswer], parts: QuerySet[CasePart]) -> Figures:
    answered = list(
        answers.order_by()
        .values("currency")
        .annotate(
            number=Count("id"),
            prefill=Sum("prefill_seconds"),
            decoded=Sum("decode_tokens"),
            own=Sum("seconds"),
            spent=Sum((F("prefill_seconds") + F("seconds")) * F("price_minor")),
        )
    )
    unpaid = list(
        parts.order_by()
        .values("currency")
        .annotate(left=Sum("unpaid_seconds"), spent=Sum(F("unpaid_seconds") * F("price_minor")))
    )
    spent = [(row["currency"], row["spent"]) for row in answered]
    not_paid = [(row["currency"], row["spent"]) for row in unpaid]
    return Figures(
        answers=sum(row["number"] for row in answered),
        prefill_seconds=sum(row["prefill"] for row in answered),
        unpaid_seconds=sum(row["left"] for row in unpaid),
        decode_tokens=sum(row["decoded"] for row in answered),
        seconds=sum(row["own"] for row in answered),
        cost=_in_words([*spent, *not_paid]),
        answers_cost=_in_words(spent),
        unpaid_cost=_in_words(not_paid),
    )


def _in_words(amounts: Iterable[tuple[str, float | None]]) -> str:
    """Minor units by device seconds in words, each currency together; None where no price was kept."""
    together: dict[str, Decimal] = {}
    for currency, spent in amounts:
        if spent is not None and currency:
            so_far = together.get(currency, Decimal(0))
            together[currency] = so_far + Decimal(str(spent)) / SECONDS_AN_HOUR
    return ", ".join(amount_in_words(amount, currency) for currency, amount in sorted(together.items()))
