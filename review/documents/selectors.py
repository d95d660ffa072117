"""Reads that join or count: where words lie on pages, and how far a bundle has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from .character_map import boxes
from .models import Bundle, Document, DocumentState, Page, ReadingState


@dataclass(frozen=True, slots=True)
class PageBox:
    """A rectangle on a page, in PDF points from its top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


def boxes_of(text_id: UUID, spans: Sequence[tuple[int, int]]) -> list[list[PageBox]]:
    """For each span (code points), the rectangles that cover it, page by page; spans may cross pages."""
    if not spans:
        return []
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    pages = list(Page.objects.filter(text_id=text_id, start__lt=last, end__gt=first).order_by("number"))
    return [[box for page in pages for box in _on_page(page, start, end)] for start, end in spans]


def page_numbers_of(text_id: UUID, offsets: Sequence[int]) -> list[int]:
    """The page each offset lies on."""
    pages = list(Page.objects.filter(text_id=text_id).order_by("number").values_list("number", "end"))
    last = pages[-1][0] if pages else 1
    return [next((number for number, end in pages if offset < end), last) for offset in offsets]


def _on_page(page: Page, start: int, end: int) -> list[PageBox]:
    if start >= page.end or end <= page.start:
        return []
    covered = boxes(bytes(page.character_map), max(start, page.start), min(end, page.end))
    return [PageBox(page.number, *rectangle) for rectangle in covered]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a set of documents has come; the counts add up to `total`."""

    total: int
    by_state: dict[str, int]
    by_reading: dict[str, int]

    @property
    def parsed(self) -> int:
        """Files that reached an end state."""
        return sum(count for state, count in self.by_state.items() if DocumentState(state).is_final)

    @property
    def to_read(self) -> int:
        return self.by_state.get(DocumentState.READY, 0)

    @property
    def read(self) -> int:
        """Readable documents whose reading is over, one way or the other."""
        over = {ReadingState.READ, ReadingState.NOT_READABLE, ReadingState.FORBIDDEN, ReadingState.FAILED}
        return sum(count for state, count in self.by_reading.items() if state in over)

    @property
    def problems(self) -> int:
        return sum(count for state, count in self.by_state.items() if DocumentState(state).is_problem)

    @property
    def is_over(self) -> bool:
        waiting = {ReadingState.PENDING, ReadingState.RUNNING}
        return self.parsed == self.total and not any(self.by_reading.get(state) for state in waiting)


def progress_of(*, matter_id: UUID | None = None, bundle: Bundle | None = None) -> Progress:
    """How far a matter, or one bundle, has come."""
    documents = Document.objects.all()
    documents = documents.filter(bundle=bundle) if bundle else documents.filter(matter=matter_id)
    rows = documents.values("state", "reading").annotate(count=Count("id"))
    by_state: dict[str, int] = {}
    by_reading: dict[str, int] = {}
    for row in rows:
        by_state[row["state"]] = by_state.get(row["state"], 0) + row["count"]
        by_reading[row["reading"]] = by_reading.get(row["reading"], 0) + row["count"]
    return Progress(sum(by_state.values()), by_state, by_reading)
