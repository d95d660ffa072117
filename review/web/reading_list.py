"""The findings of one document in page order, numbered as they are marked on its pages."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from review.accounts.models import User
from review.annotation.models import Flag
from review.documents.models import Document
from review.documents.selectors import boxes_of, page_numbers_of
from review.findings.models import Finding, MachineState, Origin, ReviewState
from review.findings.selectors import Quote, Standing, current_findings, standings
from review.matters.models import Matter

from .values import shown_value

HUES = 8


@dataclass(slots=True)
class Item:
    """One finding beside the pages: its number, its words, how it stands."""

    finding: Finding
    standing: Standing
    tick: int
    quotes: tuple[Quote, ...]
    value: str
    is_possible: bool
    flagged: bool
    drawer_url: str
    own: bool
    page: int = 0
    pages: list[int] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Where actions on it are posted."""
        return f"/findings/{self.finding.pk}/"

    @property
    def hue(self) -> int:
        """The colour of its clause type in the viewer."""
        return self.finding.question.position % HUES

    @property
    def added(self) -> bool:
        """Whether a person found it."""
        return self.finding.origin == Origin.PERSON

    @property
    def may_verify(self) -> bool:
        """Whether the person looking may confirm it: it is settled, by somebody else."""
        state = self.standing.review_state
        return not self.own and state not in (ReviewState.UNREVIEWED, ReviewState.VERIFIED)


def items_of(matter: Matter, document: Document, user: User) -> list[Item]:
    """Everything with a quote, in page order; what is only possible has its numbers after the rest."""
    findings = list(
        current_findings(matter)
        .filter(document_id=document.pk)
        .exclude(state__in=(MachineState.NOT_READABLE, MachineState.FAILED))
        .select_related("question")
    )
    stand = standings(findings)
    flagged = set(
        Flag.objects.filter(finding_id__in=[each.pk for each in findings]).values_list(
            "finding_id", flat=True
        )
    )
    items = [
        _item(matter, finding, stand[finding.pk], user, finding.pk in flagged)
        for finding in findings
        if stand[finding.pk].quotes or (finding.state == MachineState.UNCLEAR and stand[finding.pk].possible)
    ]
    items.sort(key=lambda item: (item.is_possible, item.quotes[0].start, item.quotes[0].end))
    for tick, item in enumerate(items, start=1):
        item.tick = tick
    _number_pages(document, items)
    return items


def item_of(matter: Matter, finding: Finding, user: User) -> Item | None:
    """One finding as the list shows it now, or None when it has no quote to show."""
    items = items_of(matter, finding.document, user)
    return next((item for item in items if item.finding.pk == finding.pk), None)


def highlights_of(document: Document, items: list[Item]) -> list[dict[str, Any]]:
    """What is marked on the pages: one mark a quote, with its boxes in PDF points."""
    if document.text_id is None:
        return []
    marks = [(item, at, quote) for item in items for at, quote in enumerate(item.quotes, start=1)]
    boxes = boxes_of(document.text_id, [(quote.start, quote.end) for _, _, quote in marks])
    highlights = [
        {
            "finding": str(item.finding.pk),
            "evidence": f"{item.finding.pk}-{at}",
            "clause": item.finding.question.name,
            "hue": item.hue,
            "tick": item.tick,
            "state": "possible" if item.is_possible else item.standing.review_state,
            "start": quote.start,
            "end": quote.end,
            "quote": quote.quote,
            "boxes": [[box.page, box.x0, box.y0, box.x1, box.y1] for box in covered],
        }
        for (item, at, quote), covered in zip(marks, boxes, strict=True)
        if covered
    ]
    # The keys walk in this order: through the quiet ones first.
    return sorted(highlights, key=lambda mark: (mark["state"] == "possible", mark["start"], mark["end"]))


def _item(matter: Matter, finding: Finding, standing: Standing, user: User, flagged: bool) -> Item:
    is_possible = not standing.quotes
    key: UUID = finding.document_id
    return Item(
        finding=finding,
        standing=standing,
        tick=0,
        quotes=standing.quotes or standing.possible[:3],
        value=shown_value(finding.question.answer_type, standing.value),
        is_possible=is_possible,
        flagged=flagged,
        drawer_url=reverse("cell", args=[matter.pk, key, finding.question.key]),
        own=standing.decided_by_id == user.pk,
    )


def _number_pages(document: Document, items: list[Item]) -> None:
    if document.text_id is None or not items:
        return
    starts = [quote.start for item in items for quote in item.quotes]
    numbers = iter(page_numbers_of(document.text_id, starts))
    for item in items:
        item.pages = [next(numbers) for _ in item.quotes]
        item.page = item.pages[0]
