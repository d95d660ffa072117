"""How good each clause type is on the firm's own reviewed matters, and whether a knowledge lawyer let it be used."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import sqrt
from typing import Any
from uuid import UUID

from django.utils import timezone

from review import engine
from review.accounts.models import User
from review.findings.models import ReviewRun
from review.matters.access import matters_of
from review.playbooks.models import Question
from review.playbooks.selectors import active_questions

from .agreement import SAME
from .gold import JudgedCell, judged_cells
from .models import QuestionApproval

ENOUGH = 20  # cells: with fewer, chance alone covers more than about 35 points
_Z = 1.96  # of 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of` cells, with the interval (Wilson's, 95 %) in which the true share lies."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return (0.0, 1.0)
        share, spread = self.hits / self.of, _Z * _Z / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = _Z * sqrt(share * (1 - share) / self.of + spread / (4 * self.of)) / (1 + spread)
        return (max(0.0, middle - half), min(1.0, middle + half))

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(100 * self.share)

    @property
    def low(self) -> int:
        """The lower end of the interval, in per cent."""
        return round(100 * self.interval[0])

    @property
    def high(self) -> int:
        return round(100 * self.interval[1])

    @property
    def is_enough(self) -> bool:
        return self.of >= ENOUGH


@dataclass(slots=True)
class Measure:
    """Counts of cells of one question that people settled, as one reader answered them."""

    judged: int = 0
    with_answer: int = 0
    shown: int = 0  # cells in which something was shown first
    right: int = 0  # of these, with a right quote among what was shown
    missed: int = 0  # cells with an answer that was not shown first

    def add(self, cell: JudgedCell) -> None:
        overlaps = (engine.word_overlap(q.quote, a.quote) for q in cell.shown for a in cell.answers)
        is_right = any(overlap >= SAME for overlap in overlaps)  # as the official metric matches
        self.judged += 1
        self.with_answer += cell.has_answer
        self.shown += bool(cell.shown)
        self.right += is_right
        self.missed += cell.has_answer and not is_right

    @property
    def precision(self) -> Share:
        return Share(self.right, self.shown)

    @property
    def recall(self) -> Share:
        return Share(self.with_answer - self.missed, self.with_answer)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one person may see of how good the reader is: their matters, the newest reader, each question."""

    reader_fingerprint: str
    matters: int  # with something settled
    by_earlier_readers: int  # settled cells that another reader answered; they count for nothing here
    by_question: dict[UUID, Measure]


def measured_for(user: User) -> Measured:
    """The judged cells of all matters this person may read, as the newest reader among them answered."""
    fingerprint = newest_reader()
    by_question: dict[UUID, Measure] = {}
    matters = earlier = 0
    for matter in matters_of(user):
        cells = list(judged_cells(matter))
        own = [cell for cell in cells if cell.reader_fingerprint == fingerprint]
        matters += bool(own)
        earlier += len(cells) - len(own)
        for cell in own:
            by_question.setdefault(cell.question_id, Measure()).add(cell)
    return Measured(fingerprint, matters, earlier, by_question)


def newest_reader(matter_id: UUID | None = None) -> str:
    """The fingerprint of the reader that read last, in one matter or wherever the person may look; empty for none."""
    runs = ReviewRun.objects.all() if matter_id is None else ReviewRun.objects.filter(matter_id=matter_id)
    return runs.order_by("-created_at").values_list("reader_fingerprint", flat=True).first() or ""


def words_hash(question: Question) -> str:
    """What a question asks, so that an approval does not outlive a change of its words."""
    words = (question.name, question.definition, question.answer_type, *map(str, question.examples))
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Approval:
    """How a question stands with the knowledge lawyer, in words."""

    state: str  # approved, earlier, not_approved, never
    by: str = ""
    at: datetime | None = None
    judged: int = 0
    note: str = ""

    @property
    def short(self) -> str:
        return _SHORT[self.state]

    @property
    def words(self) -> str:
        if self.state == "never" or self.at is None:
            return "not yet approved"
        when = timezone.localtime(self.at)
        said = f"{when.day} {when:%b %Y} by {self.by}"
        cells = f"measured on {self.judged:,} judged cell{'' if self.judged == 1 else 's'}"
        if self.state == "not_approved":
            return f"not approved, {said}, {cells}"
        if self.state == "earlier":
            return f"approved for an earlier reader or wording, {said}, {cells}"
        return f"approved {said}, {cells}"


_SHORT = {
    "approved": "Approved",
    "earlier": "Earlier reader",
    "not_approved": "Not approved",
    "never": "Not yet approved",
}
NEVER = Approval("never")


def approvals_of(questions: Iterable[Question], reader_fingerprint: str) -> dict[UUID, Approval]:
    """The last decision about each question, seen from the reader whose answers are looked at."""
    asked = {question.pk: question for question in questions}
    rows = QuestionApproval.objects.select_related("decided_by").filter(question_id__in=asked)
    found = {row.question_id: row for row in rows.order_by("question_id", "decided_at", "id")}
    return {
        key: _approval(found[key], question, reader_fingerprint) if key in found else NEVER
        for key, question in asked.items()
    }


def _approval(row: QuestionApproval, question: Question, reader_fingerprint: str) -> Approval:
    state = "not_approved"
    if row.is_approved:
        is_present = row.words_hash == words_hash(question) and reader_fingerprint in (
            "",
            row.reader_fingerprint,
        )
        state = "approved" if is_present else "earlier"
    return Approval(state, row.decided_by.name, row.decided_at, row.judged, row.note)


@dataclass(frozen=True, slots=True)
class MeasuredQuestion:
    """One line of the knowledge lawyer's page."""

    question: Question
    measure: Measure
    approval: Approval


def measured_questions(
    measured: Measured, questions: Sequence[Question] | None = None
) -> list[MeasuredQuestion]:
    """Every active question with its figures and how it stands; those with most judged cells are not put first."""
    asked = active_questions() if questions is None else questions
    approvals = approvals_of(asked, measured.reader_fingerprint)
    return [
        MeasuredQuestion(each, measured.by_question.get(each.pk, Measure()), approvals[each.pk])
        for each in asked
    ]
