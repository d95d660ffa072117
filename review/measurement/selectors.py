"""Reads that count: how the reader and the people stand to each other in a back-test, before and after adjudication."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from review.documents.selectors import page_numbers_of
from review.findings.models import Evidence
from review.jobs.models import Job
from review.matters.models import Matter
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions

from .compare import known_documents
from .mapping import Column, Extent, columns_of, heading_row_of
from .match_documents import DocumentNames
from .models import Adjudication, BackTest, BackTestRun, Comparison, Ruling, Sheet, Verdict
from .services import DISAGREEMENTS

NEAREST_SHOWN = 1


@dataclass(slots=True)
class Tally:
    """How many lines ended in each verdict, and what lawyers said of the disagreements."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)  # (verdict, ruling) -> lines

    def add(self, verdict: str, ruling: str, number: int) -> None:
        self.counts[verdict, ruling] = self.counts.get((verdict, ruling), 0) + number

    def of(self, *verdicts: str, ruling: str | None = None) -> int:
        """Lines that ended in one of these verdicts, all of them or those with one ruling."""
        return sum(
            number
            for (verdict, ruled), number in self.counts.items()
            if verdict in verdicts and (ruling is None or ruled == ruling)
        )

    @property
    def by_verdict(self) -> dict[str, int]:
        return {verdict.value: self.of(verdict) for verdict in Verdict}

    @property
    def comparable(self) -> int:
        return sum(self.counts.values()) - self.of(Verdict.NOT_COMPARABLE)

    @property
    def agreed(self) -> int:
        return self.of(Verdict.AGREE, Verdict.AGREE_NOTHING)

    @property
    def people_have(self) -> int:
        """Lines in which the people say that something is there; agreed ones by a bare "no" are few."""
        return self.of(Verdict.AGREE, Verdict.FOLDED, Verdict.READER_MISSED, Verdict.DIFFER)

    @property
    def disagreements(self) -> int:
        return self.of(*DISAGREEMENTS)

    @property
    def agreement(self) -> float | None:
        """The share of the comparable lines in which both say the same, 0 to 1."""
        return self.agreed / self.comparable if self.comparable else None

    def ruled(self, ruling: Ruling) -> int:
        return self.of(*DISAGREEMENTS, ruling=ruling)

    @property
    def undecided(self) -> int:
        return self.ruled(Ruling.UNDECIDED)

    @property
    def reader_right(self) -> int:
        """Where they agree, and where a lawyer said that the reader was right."""
        return self.agreed + self.ruled(Ruling.READER) + self.ruled(Ruling.BOTH)

    @property
    def people_right(self) -> int:
        return self.agreed + self.ruled(Ruling.PEOPLE) + self.ruled(Ruling.BOTH)

    def share(self, number: int) -> float | None:
        return number / self.comparable if self.comparable else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The result of one comparison: in all, and for each question that was mapped."""

    total: Tally
    by_question: list[tuple[Question, Tally]]
    without_document: int  # rows that name no document, or more than one
    without_row: int  # documents that no row names


def latest_run(backtest: BackTest) -> BackTestRun | None:
    """The newest comparison that has a result."""
    runs = BackTestRun.objects.select_related("started_by").filter(
        backtest=backtest, comparisons__isnull=False
    )
    return runs.order_by("-ordinal").first()


def with_ruling(comparisons: QuerySet[Comparison]) -> QuerySet[Comparison]:
    """The lines, each with `ruling`: a lawyer's last word on it."""
    latest = (
        Adjudication.objects.filter(comparison_id=OuterRef("pk")).order_by("-ordinal").values("ruling")[:1]
    )
    return comparisons.annotate(ruling=Coalesce(Subquery(latest), Value(Ruling.UNDECIDED.value)))


def figures_of(run: BackTestRun) -> Figures:
    """Counts of every verdict and ruling, in all and by question."""
    lines: Any = with_ruling(Comparison.objects.filter(run=run))
    total, by_question = Tally(), dict[UUID, Tally]()
    for question_id, verdict, ruling in lines.order_by().values_list("question_id", "verdict", "ruling"):
        if question_id is None:
            continue
        total.add(verdict, ruling, 1)
        by_question.setdefault(question_id, Tally()).add(verdict, ruling, 1)
    questions = Question.objects.filter(pk__in=by_question).order_by("position")
    loose = Comparison.objects.filter(run=run, question=None)
    return Figures(
        total=total,
        by_question=[(question, by_question[question.pk]) for question in questions],
        without_document=loose.filter(document=None).count(),
        without_row=loose.exclude(document=None).count(),
    )


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a document at their place, as the viewer opens it."""

    start: int
    end: int
    words: str
    page: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result with the words of both sides."""

    comparison: Comparison
    ruling: str
    shown: tuple[Passage, ...]  # what the reader shows first
    folded: tuple[Passage, ...]  # what it folds away and the people have
    nearest: tuple[Passage, ...]  # what came closest, where the reader found nothing
    suggested: tuple[Passage, ...]  # where the people's very words stand
    adjudications: tuple[Adjudication, ...]

    @property
    def is_disputed(self) -> bool:
        return self.comparison.verdict in DISAGREEMENTS

    @property
    def latest(self) -> Adjudication | None:
        return self.adjudications[-1] if self.adjudications else None


def lines_of(comparisons: Iterable[Comparison]) -> list[Line]:
    """These lines with the words of both sides, in a handful of queries for each document."""
    rows: Sequence[Any] = list(comparisons)
    evidence: dict[UUID, list[Evidence]] = {}
    for quote in Evidence.objects.filter(finding_id__in=[row.finding_id for row in rows]).order_by("ordinal"):
        evidence.setdefault(quote.finding_id, []).append(quote)
    said: dict[UUID, list[Adjudication]] = {}
    for each in Adjudication.objects.select_related("decided_by").filter(comparison__in=rows):
        said.setdefault(each.comparison_id, []).append(each)
    return [_line(row, evidence.get(row.finding_id, []), tuple(said.get(row.pk, ()))) for row in rows]


def _line(row: Any, evidence: Sequence[Evidence], said: tuple[Adjudication, ...]) -> Line:
    shown = [(quote.start, quote.end) for quote in evidence if quote.is_quiet]
    folded = [
        (quote.start, quote.end)
        for quote in evidence
        if not quote.is_quiet and (quote.ordinal in row.matched or row.verdict == Verdict.LEFT_OPEN)
    ]
    nearest = _nearest(row, evidence) if row.verdict == Verdict.READER_MISSED else []
    suggested = [(start, end) for start, end in row.suggested]
    passages = _passages(row, {*shown, *folded[:3], *nearest, *suggested})

    def at(places: Sequence[tuple[int, int]]) -> tuple[Passage, ...]:
        return tuple(passages[place] for place in places)

    return Line(row, row.ruling, at(shown), at(folded[:3]), at(nearest), at(suggested), said)


def _nearest(row: Any, evidence: Sequence[Evidence]) -> list[tuple[int, int]]:
    """What came closest where the reader shows nothing: the first it folds away, or of those it named as near."""
    folded = [(quote.start, quote.end) for quote in evidence if not quote.is_quiet]
    near = [(each["start"], each["end"]) for each in row.finding.nearest]
    return (folded or near)[:NEAREST_SHOWN]


def _passages(row: Any, spans: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Passage]:
    wanted = sorted(spans)
    if not wanted or row.text is None:
        return {}
    pages = page_numbers_of(row.text_id, [start for start, _ in wanted])
    content = row.text.content
    return {
        (start, end): Passage(start, end, content[start:end], page)
        for (start, end), page in zip(wanted, pages, strict=True)
    }


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as a person says what its columns are."""

    sheet: Sheet
    heading_row: int
    columns: list[Column]


def sheets_of(backtest: BackTest) -> list[Sheet]:
    """The sheets of the spreadsheet with their first rows; all the rows stay where they are."""
    return list(backtest.sheets.defer("rows"))


def extents_of(sheets: Sequence[Sheet]) -> dict[int, Extent]:
    return {sheet.ordinal: Extent(sheet.width, sheet.last_row) for sheet in sheets}


def view_of(sheet: Sheet, heading_row: int | None = None) -> SheetView:
    """The columns of a sheet, with what each of them seems to be."""
    heading = heading_row or heading_row_of(sheet.head)
    names = DocumentNames(known_documents(sheet.matter_id))
    return SheetView(sheet, heading, columns_of(sheet.head, heading, active_questions(), names))


def job_of(backtest: BackTest) -> Job | None:
    """The work under way for a back-test, or the last that was."""
    subjects = [backtest.pk, *backtest.runs.values_list("pk", flat=True)]
    jobs = Job.objects.filter(matter_id=backtest.matter_id, subject_id__in=subjects)
    return jobs.order_by("-created_at").first()


def backtests_of(matter: Matter) -> list[BackTest]:
    """The back-tests of a matter, newest first."""
    return list(BackTest.objects.select_related("uploaded_by").filter(matter=matter).order_by("-created_at"))
