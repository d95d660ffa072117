"""Quotes with the rectangles they cover, for many findings at once: two queries whatever their number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from review.documents.character_map import Rectangle, boxes
from review.documents.models import Page
from review.findings.models import Finding
from review.findings.selectors import Standing, standings

Span = tuple[UUID, int, int]  # text, start, end


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: PDF points from its top left."""

    page: int
    rectangle: Rectangle


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A verbatim quote as the API tells it; `shown` is quiet (shown first) or possible (folded)."""

    document: UUID
    text: UUID
    start: int
    end: int
    quote: str
    score: float | None
    shown: str
    boxes: list[Box]


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding, how it stands, and every quote it has."""

    finding: Finding
    standing: Standing
    evidence: list[ShownQuote]
    is_current: bool = True


def shown(findings: Sequence[Finding]) -> list[ShownFinding]:
    """Each finding with its standing and its quotes; first those that hold, then what is only possible."""
    stand = standings(findings)
    spans = [
        (finding.text_id, quote.start, quote.end)
        for finding in findings
        for quote in (*stand[finding.pk].quotes, *stand[finding.pk].possible)
    ]
    found = boxes_by_span(spans)
    return [ShownFinding(each, stand[each.pk], _quotes(each, stand[each.pk], found)) for each in findings]


def boxes_by_span(spans: Iterable[Span]) -> dict[Span, list[Box]]:
    """The rectangles of each span, page by page; a span may cross pages."""
    wanted = set(spans)
    pages_of: dict[UUID, list[Page]] = {}
    pages = Page.objects.filter(text_id__in={text for text, _, _ in wanted})
    for page in pages.only("text_id", "number", "start", "end").order_by("number"):
        pages_of.setdefault(page.text_id, []).append(page)
    touched = {span: [page for page in pages_of.get(span[0], []) if _meet(page, span)] for span in wanted}
    needed = {page.pk for pages in touched.values() for page in pages}
    maps = dict(Page.objects.filter(pk__in=needed).values_list("pk", "character_map"))
    return {
        span: [
            Box(page.number, rectangle)
            for page in pages
            for rectangle in boxes(bytes(maps[page.pk]), max(span[1], page.start), min(span[2], page.end))
        ]
        for span, pages in touched.items()
    }


def _meet(page: Page, span: Span) -> bool:
    return span[1] < page.end and span[2] > page.start


def _quotes(finding: Finding, standing: Standing, found: dict[Span, list[Box]]) -> list[ShownQuote]:
    folded = [quote for quote in standing.possible if quote not in standing.quotes]
    return [
        ShownQuote(
            document=finding.document_id,
            text=finding.text_id,
            start=quote.start,
            end=quote.end,
            quote=quote.quote,
            score=quote.score,
            shown=word,
            boxes=found[finding.text_id, quote.start, quote.end],
        )
        for quotes, word in ((standing.quotes, "quiet"), (folded, "possible"))
        for quote in quotes
    ]
