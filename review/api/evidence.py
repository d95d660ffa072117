"""Quotes with the rectangles they cover, for many findings at once: two queries whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from review.documents.selectors import PageBox, Span, boxes_by_span
from review.findings.models import Finding
from review.findings.selectors import Standing, standings


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
    boxes: list[PageBox]


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


def _quotes(finding: Finding, standing: Standing, found: dict[Span, list[PageBox]]) -> list[ShownQuote]:
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
