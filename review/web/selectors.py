"""Reads the pages need that join several rooms: counts of a matter, problem files, activity, people of the firm."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from review.accounts.models import User
from review.documents.models import Bundle, Document, DocumentState, Page, ReadingState
from review.documents.selectors import Progress, progress_of
from review.documents.warnings import Counted, counts_by_bundle
from review.findings.models import LessonWithdrawal, MachineState, ReviewState
from review.findings.recipes import (
    answered_documents,
    firm_trials,
    latest_trials,
    present_questions,
    readable_documents,
)
from review.findings.selectors import current_findings
from review.matters.access import MAY, role_on
from review.matters.models import Matter, MatterExclusion, MatterMember
from review.playbooks.models import Question
from review.tenancy.models import AuditEvent, Membership

from .learned import answering_words, firm_words, learned_words, receipt_words, teaching_words

CHARACTERS_A_TOKEN = 4.4  # English contracts, measured over common tokenizers; good for an estimate only
UNDER_WAY = Q(state__in=(DocumentState.RECEIVING, DocumentState.PENDING, DocumentState.RUNNING)) | Q(
    reading__in=(ReadingState.PENDING, ReadingState.RUNNING)
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is in a matter: readable documents, their pages, and tokens as an estimate."""

    documents: int
    pages: int
    tokens: int


def size_of(matter: Matter) -> Size:
    """How much there is to read in a matter."""
    current = Page.objects.filter(matter_id=matter.pk, text__document__text_id=F("text_id"))
    counted = current.aggregate(pages=Count("id"), characters=Sum(F("end") - F("start")))
    documents = Document.objects.filter(matter_id=matter.pk, state=DocumentState.READY).count()
    return Size(documents, counted["pages"], round((counted["characters"] or 0) / CHARACTERS_A_TOKEN))


def _copies_in(matter: Matter) -> Any:
    """Identical copies, to be left out as a set: joined, a matter just read cost a minute until it was analysed."""
    return Document.objects.filter(matter_id=matter.pk, duplicate_of__isnull=False).values("pk")


@dataclass(slots=True)
class Tally:
    """How findings of a matter stand, as counts; `by_question` is (machine state, review state) -> count."""

    by_question: dict[UUID, dict[tuple[str, str], int]] = field(default_factory=dict)

    def count(
        self,
        *,
        question: UUID | None = None,
        state: str | None = None,
        review_state: str | None = None,
        settled: bool | None = None,
    ) -> int:
        """How many findings are of this kind."""
        asked = [self.by_question.get(question, {})] if question else self.by_question.values()
        return sum(
            number
            for counts in asked
            for (machine, people), number in counts.items()
            if (state is None or machine == state)
            and (review_state is None or people == review_state)
            and (settled is None or settled == (people != ReviewState.UNREVIEWED))
        )


def tally_of(matter: Matter, *, copies: bool = False) -> Tally:
    """How the current findings of a matter stand, in one query; those of identical copies only when asked for."""
    findings: Any = current_findings(matter)  # annotated with review_state
    if not copies:
        findings = findings.exclude(document_id__in=_copies_in(matter))
    rows = findings.values_list("question_id", "state", "review_state")
    tally = Tally()
    for question_id, state, review_state, number in rows.annotate(number=Count("id")).order_by():
        tally.by_question.setdefault(question_id, {})[state, review_state] = number
    return tally


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """The found ones of one severity: what the machine says, and what people made of it."""

    severity: str
    found: int
    unreviewed: int
    settled: int
    rejected: int

    @property
    def decided(self) -> int:
        """How many a person has looked at, whatever they decided."""
        return self.settled + self.rejected


def by_severity(tally: Tally, questions: Sequence[Question]) -> list[SeverityRow]:
    """Findings with evidence, worst first."""
    rows = []
    for severity in ("high", "medium", "low", "information"):
        of_it = [question.pk for question in questions if question.severity == severity]

        def number(of_it: list[UUID] = of_it, **kind: Any) -> int:
            return sum(tally.count(question=key, state=MachineState.FOUND, **kind) for key in of_it)

        rejected = number(review_state=ReviewState.REJECTED)
        settled = number(settled=True) - rejected
        rows.append(SeverityRow(severity, number(), number(settled=False), settled, rejected))
    return rows


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One clause type across the kinds of documents: how many documents have it, of how many."""

    question: Question
    cells: list["HeatCell"]
    total: int


@dataclass(frozen=True, slots=True)
class HeatCell:
    kind: str
    found: int
    of: int

    @property
    def share(self) -> str:
        """From 0 to 1 with two digits: how dark the square is."""
        return f"{0.08 + 0.72 * self.found / self.of:.2f}" if self.found and self.of else "0"


def heat_map(matter: Matter, questions: Sequence[Question], limit: int = 12) -> list[HeatRow]:
    """The clause types found most, by kind of document."""
    ready = Document.objects.filter(matter_id=matter.pk, state=DocumentState.READY, duplicate_of=None)
    documents = dict(ready.values_list("kind").annotate(Count("id")).order_by("kind"))
    found: dict[tuple[UUID, str], int] = {}
    rows = current_findings(matter).filter(state=MachineState.FOUND).order_by()
    rows = rows.exclude(document_id__in=_copies_in(matter))
    for key, kind, number in rows.values_list("question_id", "document__kind").annotate(
        number=Count("document_id", distinct=True)
    ):
        found[key, kind] = number
    heat = [
        HeatRow(
            question,
            [HeatCell(kind, found.get((question.pk, kind), 0), of) for kind, of in documents.items()],
            sum(found.get((question.pk, kind), 0) for kind in documents),
        )
        for question in questions
        if question.severity != "information"
    ]
    return [row for row in sorted(heat, key=lambda row: -row.total) if row.total][:limit]


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Files that stopped for the same cause, and what mends them."""

    cause: str
    title: str
    mend: str  # password, retry or nothing
    documents: list[Document]


TITLES = {
    "needs_password": ("Needs a password", "password"),
    "needs_ocr": ("No readable text", "retry"),
    "no_text": ("No readable text", "retry"),
    "corrupt": ("Damaged", "retry"),
    "unsupported_type": ("Of a type that is not read yet", ""),
    "disguised": ("Not what its name says", ""),
    "over_limit": ("Over the limit", ""),
    "too_deep": ("Packed too deeply", ""),
    "empty_file": ("Empty", ""),
    "timed_out": ("Took too long", "retry"),
    "out_of_memory": ("Needed too much memory", "retry"),
    "crashed": ("Could not be opened", "retry"),
}


def problem_groups(matter: Matter) -> list[ProblemGroup]:
    """The problem files of a matter by cause, those with most files first."""
    states = [state for state in DocumentState if state.is_problem]
    groups: dict[str, list[Document]] = {}
    for document in Document.objects.filter(matter_id=matter.pk, state__in=states).order_by("path"):
        groups.setdefault(document.cause or document.state, []).append(document)
    unread = Document.objects.filter(matter_id=matter.pk, reading=ReadingState.FAILED).order_by("path")
    if unread:
        groups["reading_failed"] = list(unread)
    named = [_group(cause, documents) for cause, documents in groups.items()]
    return sorted(named, key=lambda group: -len(group.documents))


def _group(cause: str, documents: list[Document]) -> ProblemGroup:
    if cause == "reading_failed":
        return ProblemGroup(cause, "Reading failed", "retry", documents)
    if documents[0].state == DocumentState.NEEDS_PASSWORD:
        cause = "needs_password"
    title, mend = TITLES.get(cause, (DocumentState(documents[0].state).label, "retry"))
    return ProblemGroup(cause, title, mend, documents)


def bundles_of(matter: Matter) -> list[tuple[Bundle, Progress, Counted]]:
    """The deliveries to a matter, newest first, each with how far it has come and what is warned of in it."""
    warned = counts_by_bundle(matter.pk)
    bundles = Bundle.objects.select_related("delivered_by").filter(matter_id=matter.pk)
    rows = Document.objects.filter(matter_id=matter.pk).values_list("bundle_id", "state", "reading")
    counted: dict[UUID, tuple[dict[str, int], dict[str, int]]] = {}
    for bundle_id, state, reading, number in rows.annotate(number=Count("id")):
        by_state, by_reading = counted.setdefault(bundle_id, ({}, {}))
        by_state[state] = by_state.get(state, 0) + number
        by_reading[reading] = by_reading.get(reading, 0) + number
    return [
        (bundle, Progress(sum(counts[0].values()), *counts), warned.get(bundle.pk, Counted()))
        for bundle in bundles.order_by("-created_at")
        for counts in [counted.get(bundle.pk, ({}, {}))]
    ]


def matters_under_way(matters: Sequence[Matter]) -> list[tuple[Matter, Progress]]:
    """The matters with files being read now."""
    busy = set(Document.objects.filter(UNDER_WAY).values_list("matter_id", flat=True).distinct())
    return [(matter, progress_of(matter_id=matter.pk)) for matter in matters if matter.pk in busy]


def sizes_of_matters() -> dict[UUID, Any]:
    """For every matter the person may read: files, problems and readable documents."""
    problems = [state for state in DocumentState if state.is_problem]
    rows = Document.objects.values("matter_id").annotate(
        files=Count("id"),
        documents=Count("id", filter=Q(state=DocumentState.READY)),
        read=Count("id", filter=Q(reading=ReadingState.READ)),
        problems=Count("id", filter=Q(state__in=problems)),
        waiting=Count("id", filter=UNDER_WAY),
    )
    return {row["matter_id"]: row for row in rows}


def activity_of(matter: Matter, limit: int = 30) -> list[AuditEvent]:
    """What happened in a matter, newest first; openings of documents are left to the audit search."""
    events = AuditEvent.objects.select_related("actor").filter(matter_id=matter.pk)
    return list(events.exclude(action="document.opened").order_by("-at")[:limit])


@dataclass(frozen=True, slots=True)
class AskedInMatter:
    """How far one question has come in one matter, and what the matter has learned of it."""

    matter: Matter
    documents: int
    asked: int
    learned: str
    answering: str  # which head answers here
    teaching: str  # whether decisions here teach others
    may_read: bool

    @property
    def left(self) -> int:
        """How many documents it would be asked of."""
        return max(0, self.documents - self.asked)


def asked_in_matters(question: Question, matters: Sequence[Matter], user: User) -> list[AskedInMatter]:
    """The matters a person may read that have documents, each with what has become of one question."""
    return [found for matter in matters if (found := _asked_in(question, matter, user)).documents]


def _asked_in(question: Question, matter: Matter, user: User) -> AskedInMatter:
    present = present_questions(matter.pk, [question])
    trial = latest_trials(matter.pk, [question]).get(question.pk)
    return AskedInMatter(
        matter=matter,
        documents=readable_documents(matter),
        asked=answered_documents(matter, present).get(question.pk, 0),
        learned=learned_words(trial) if trial else "",
        answering=answering_words(matter, present[0]) if question.is_own else "",
        teaching=teaching_words(matter) if question.is_own else "",
        may_read=role_on(user, matter.pk) in MAY["review"],
    )


@dataclass(frozen=True, slots=True)
class LearnedTogether:
    """What the firm's matters have taught together of one question, and what was taken back, newest first."""

    words: str
    receipts: list[tuple[datetime, str]]


def learned_together(question: Question) -> LearnedTogether:
    """The firm's head of a question, with its receipts; they name no matter."""
    receipts = LessonWithdrawal.objects.select_related("replaced_by").filter(question=question)
    return LearnedTogether(
        firm_words(firm_trials([question]).get(question.pk, [])),
        [(each.withdrawn_at, receipt_words(each)) for each in receipts.order_by("-withdrawn_at")[:10]],
    )


def people_on(matter: Matter) -> list[MatterMember]:
    """Who is on a matter, leads first."""
    order = ["lead", "reviewer", "read_only", "guest_uploader"]
    members = MatterMember.objects.select_related("user").filter(matter_id=matter.pk)
    return sorted(members, key=lambda member: (order.index(member.role), member.user.name))


def walls_of(matter: Matter) -> list[MatterExclusion]:
    """Who is kept from a matter, and who recorded it."""
    walls = MatterExclusion.objects.select_related("user", "recorded_by").filter(matter_id=matter.pk)
    return list(walls.order_by("user__name"))


def people_of_the_firm() -> list[User]:
    """Everybody of the running organization, by name."""
    belonging = Membership.objects.select_related("user").filter(user__is_active=True)
    return [membership.user for membership in belonging.order_by("user__name")]
