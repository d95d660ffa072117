"""Reads that join or count: where words lie on pages, and how far a bundle has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from .character_map import Rectangle, boxes_among, unpack
from .models import Bundle, Document, DocumentState, Page, ReadingState

Span = tuple[UUID, int, int]  # text, start and end in code points


@dataclass(frozen=True, slots=True)
class PageBox:
    """A rectangle on a page, in PDF points from its top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def rectangle(self) -> Rectangle:
        return Rectangle(self.x0, self.y0, self.x1, self.y1)


def boxes_of(text_id: UUID, spans: Sequence[tuple[int, int]]) -> list[list[PageBox]]:
    """For each span of one text, the rectangles that cover it, page by page; spans may cross pages."""
    found = boxes_by_span([(text_id, start, end) for start, end in spans])
    return [found[(text_id, start, end)] for start, end in spans]


def boxes_by_span(spans: Iterable[Span]) -> dict[Span, list[PageBox]]:
    """The rectangles of each span, page by page, of any number of texts in two queries; a page is unpacked once."""
    wanted = set(spans)
    pages_of: dict[UUID, list[Page]] = {}
    ranges = Page.objects.filter(text_id__in={text for text, _, _ in wanted}).only(
        "text_id", "number", "start", "end"
    )
    for page in ranges.order_by("number"):
        pages_of.setdefault(page.text_id, []).append(page)
    touched = {
        (text, start, end): [page for page in pages_of.get(text, ()) if start < page.end and end > page.start]
        for text, start, end in wanted
    }
    needed = {page.pk for pages in touched.values() for page in pages}
    maps = Page.objects.filter(pk__in=needed).values_list("pk", "character_map")
    words = {key: unpack(bytes(packed)) for key, packed in maps}
    return {
        span: [
            PageBox(page.number, *rectangle)
            for page in pages
            for rectangle in boxes_among(words[page.pk], span[1], span[2])
        ]
        for span, pages in touched.items()
    }


def page_numbers_of(text_id: UUID, offsets: Sequence[int]) -> list[int]:
    """The page each offset lies on."""
    pages = list(Page.objects.filter(text_id=text_id).order_by("number").values_list("number", "end"))
    last = pages[-1][0] if pages else 1
    return [next((number for number, end in pages if offset < end), last) for offset in offsets]


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
