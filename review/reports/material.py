"""What a report is made of, gathered in a handful of queries: findings as they stand, with the source of every quote.

Only findings about current texts. A quote is here when it is shown first or when a person settled on it; what is
merely possible is counted.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from review.documents.models import Document, DocumentState, DocumentText, Page, ReadingState
from review.documents.warnings import Stands, stands_of
from review.findings.models import Finding, MachineState, ReviewState
from review.findings.selectors import Standing, current_findings, standings
from review.findings.values import only_amount, whole_date
from review.matters.models import Matter
from review.measurement.measures import Approval, approvals_of, newest_reader
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions
from review.tenancy.models import Organization

from .words import value_in_words

SEVERITIES = ("high", "medium", "low", "information", "")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a quote stands: pages, and code points of the text with this SHA-256."""

    page: int
    last_page: int
    start: int
    end: int
    quote: str
    text_sha256: str

    @property
    def pages(self) -> str:
        return str(self.page) if self.page == self.last_page else f"{self.page} to {self.last_page}"


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as it stands."""

    finding: Finding
    standing: Standing
    sources: tuple[Source, ...]

    @property
    def document(self) -> Document:
        return self.finding.document

    @property
    def is_reviewed(self) -> bool:
        return self.standing.is_settled

    @property
    def is_rejected(self) -> bool:
        return self.standing.review_state == ReviewState.REJECTED

    @property
    def possible(self) -> int:
        """Passages that are folded away and not in the report."""
        here = {(source.start, source.end) for source in self.sources}
        return sum((quote.start, quote.end) not in here for quote in self.standing.possible)

    @property
    def value(self) -> str:
        """The value in words; empty for a machine's value that rests on nothing shown."""
        if not self.is_reviewed and not self.sources:
            return ""
        return value_in_words(self.finding.question.answer_type, self.standing.value)

    @property
    def day(self) -> date | None:
        """The calendar day that the value is, if it is one."""
        return whole_date(self.standing.value) if self.value else None

    @property
    def amount(self) -> tuple[Decimal, str] | None:
        """The one amount of money that the value names, with its currency."""
        return only_amount(self.standing.value) if self.value else None


@dataclass(frozen=True, slots=True)
class Material:
    """A matter's findings and documents at one moment."""

    matter: Matter
    organization: Organization
    made_at: datetime
    lines: list[Line]
    documents: list[Document]
    readers: list[tuple[str, str]]  # name and fingerprint
    documents_with_lines: frozenset[UUID]
    warnings: list[Stands]
    approvals: list[
        tuple[Question, Approval]
    ]  # of every active question, seen from the matter's newest reader

    @property
    def red_flags(self) -> list[Line]:
        """What has words to show for it and was not rejected: worst first, then by clause type and path."""
        flags = [line for line in self._flags if not self._is_repeated(line)]
        return sorted(flags, key=_by_severity)

    @property
    def repeated(self) -> int:
        """Lines of identical copies that would only say again what the first of them says."""
        return sum(self._is_repeated(line) for line in self._flags)

    @property
    def _flags(self) -> list[Line]:
        return [line for line in self.lines if line.sources and not line.is_rejected]

    def _is_repeated(self, line: Line) -> bool:
        twin = line.document.duplicate_of_id
        return twin in self.documents_with_lines and not line.is_reviewed

    @property
    def rejected(self) -> int:
        return sum(line.is_rejected for line in self.lines)

    @property
    def reviewed(self) -> int:
        return sum(line.is_reviewed for line in self.lines)

    @property
    def possible(self) -> int:
        return sum(line.possible for line in self.lines)

    @property
    def pages(self) -> int:
        return sum(document.page_count or 0 for document in self.documents)

    @property
    def read(self) -> int:
        return sum(document.reading == ReadingState.READ for document in self.documents)

    @property
    def not_covered(self) -> list[Document]:
        """Documents this report says nothing about, opened archives aside."""
        aside = {DocumentState.UNPACKED}
        return [
            document
            for document in self.documents
            if document.reading != ReadingState.READ and document.state not in aside
        ]

    @property
    def by_machine_state(self) -> Counter[str]:
        return Counter(MachineState(line.finding.state).label for line in self.lines)

    @property
    def by_review_state(self) -> Counter[str]:
        return Counter(ReviewState(line.standing.review_state).label for line in self.lines)

    @property
    def by_document_state(self) -> Counter[str]:
        return Counter(DocumentState(document.state).label for document in self.documents)


def gather(matter: Matter) -> Material:
    """Everything a report on this matter says, as of now."""
    findings = list(
        current_findings(matter)
        .select_related("document", "question", "run", "case_answer")
        .prefetch_related("case_answer__doubts")
        .order_by("document__path", "document_id", "question__position", "id")
    )
    stand = standings(findings)
    places = _Places({finding.text_id for finding in findings})
    return Material(
        matter=matter,
        organization=Organization.objects.get(pk=matter.organization_id),
        made_at=timezone.now(),
        lines=[
            Line(finding, stand[finding.pk], places.of(finding, stand[finding.pk])) for finding in findings
        ],
        documents=list(Document.objects.filter(matter=matter).order_by("path", "id")),
        documents_with_lines=frozenset(finding.document_id for finding in findings),
        readers=sorted({(each.run.reader, each.run.reader_fingerprint) for each in findings if each.run}),
        warnings=stands_of(matter_id=matter.pk),
        approvals=_approvals(matter),
    )


def _approvals(matter: Matter) -> list[tuple[Question, Approval]]:
    questions = active_questions()
    approvals = approvals_of(questions, newest_reader(matter.pk))
    return [(question, approvals[question.pk]) for question in questions]


class _Places:
    """The pages of some texts, read once."""

    def __init__(self, texts: Iterable[UUID]) -> None:
        self._sha256 = dict(DocumentText.objects.filter(pk__in=texts).values_list("pk", "sha256"))
        self._starts: dict[UUID, list[int]] = {}
        pages = Page.objects.filter(text_id__in=self._sha256).order_by("text_id", "number")
        for text_id, start in pages.values_list("text_id", "start"):
            self._starts.setdefault(text_id, []).append(start)

    def of(self, finding: Finding, standing: Standing) -> tuple[Source, ...]:
        starts = self._starts.get(finding.text_id, [])
        return tuple(
            Source(
                page=_page_at(starts, quote.start),
                last_page=_page_at(starts, quote.end - 1),
                start=quote.start,
                end=quote.end,
                quote=quote.quote,
                text_sha256=self._sha256[finding.text_id],
            )
            for quote in sorted(standing.quotes, key=lambda quote: quote.start)
        )


def _page_at(starts: Sequence[int], offset: int) -> int:
    return max(bisect_right(starts, offset), 1)


def _by_severity(line: Line) -> tuple[int, int, str, str, int]:
    question = line.finding.question
    severity = SEVERITIES.index(question.severity) if question.severity in SEVERITIES else len(SEVERITIES)
    first = line.sources[0].start if line.sources else 0
    return severity, question.position, question.key, line.document.path, first
