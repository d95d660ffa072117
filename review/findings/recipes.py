"""What is asked in a matter now: each question in its present words, with what was learned of it.

What the matter itself has learned wins; where it has nothing of its own, what the firm's matters teach together.

Needs no reader, so that a page can tell which answers are to earlier words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, F

from review import engine
from review.documents.models import Document, DocumentState
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readings.recipes import asked_of

from .models import Finding, FirmHead, LearnedHead, Origin

Head = TypeVar("Head", LearnedHead, FirmHead)


@dataclass(frozen=True, slots=True)
class Present:
    """One question as it is asked now in a matter, and the head it is asked with: the matter's own or the firm's."""

    question: Question
    asked: engine.Asked
    head: LearnedHead | None
    firm_head: FirmHead | None = None  # only where the matter has none of its own

    @property
    def asked_hash(self) -> str:
        """What tells an answer to these words, with this head, from any other."""
        return engine.asked_hash(self.asked)

    def hash_for(self, reader_kind: str) -> str:
        """The same for one kind of reader: those of whole case files are asked the words, whatever was learned."""
        return (
            self.asked_hash
            if reader_kind == engine.reader_kind()
            else engine.asked_hash(asked_of(self.question))
        )


def present_questions(matter_id: UUID, questions: Sequence[Question]) -> list[Present]:
    """The questions as they are asked now, in the same order."""
    trials, shared = _trials(matter_id, questions), firm_trials(questions)
    return [
        _present(question, trials.get(question.pk, []), shared.get(question.pk, [])) for question in questions
    ]


def words_alone(question: Question) -> engine.Asked:
    """The question as it is asked where nothing was learned of it."""
    return _asked(question, f"{question.edition}:", None)


def latest_trials(matter_id: UUID, questions: Sequence[Question]) -> dict[UUID, LearnedHead]:
    """The newest attempt to learn each question in its present words."""
    return {key: trials[-1] for key, trials in _trials(matter_id, questions).items()}


def firm_trials(questions: Sequence[Question]) -> dict[UUID, list[FirmHead]]:
    """The firm's attempts to learn each question in its present words, oldest first."""
    editions = {question.pk: question.edition for question in questions if question.is_own}
    tried: dict[UUID, list[FirmHead]] = {}
    if not editions:
        return tried
    for trial in FirmHead.objects.filter(question_id__in=editions).order_by("created_at", "pk"):
        if trial.edition == editions[trial.question_id]:
            tried.setdefault(trial.question_id, []).append(trial)
    return tried


def answered_documents(matter: Matter, present: Iterable[Present]) -> dict[UUID, int]:
    """For each question how many readable documents of the matter have been asked it as it is asked now."""
    hashes = [each.asked_hash for each in present]
    answered = Finding.objects.filter(
        matter_id=matter.pk,
        origin=Origin.MACHINE,
        run__asked_hash__in=hashes,
        text_id=F("document__text_id"),
        document__state=DocumentState.READY,
    )
    rows = answered.order_by().values_list("question_id").annotate(number=Count("document_id", distinct=True))
    return dict(rows)


def readable_documents(matter: Matter) -> int:
    """How many documents of a matter can be asked anything."""
    return Document.objects.filter(matter_id=matter.pk, state=DocumentState.READY).count()


def _trials(matter_id: UUID, questions: Sequence[Question]) -> dict[UUID, list[LearnedHead]]:
    editions = {question.pk: question.edition for question in questions if question.is_own}
    tried: dict[UUID, list[LearnedHead]] = {}
    if not editions:
        return tried
    rows = LearnedHead.objects.filter(matter_id=matter_id, question_id__in=editions)
    for trial in rows.order_by("created_at", "pk"):
        if trial.edition == editions[trial.question_id]:
            tried.setdefault(trial.question_id, []).append(trial)
    return tried


def _present(question: Question, trials: Sequence[LearnedHead], shared: Sequence[FirmHead]) -> Present:
    own, since = _in_use(trials)
    firm, since_firm = (None, "") if own else _in_use(shared)
    edition = f"{question.edition}:{since}" + (f":{since_firm}" if since_firm else "")
    head = own or firm
    return Present(question, _asked(question, edition, head.content if head else None), own, firm)


def _in_use(trials: Sequence[Head]) -> tuple[Head | None, str]:
    """The head that holds, and what tells its answers, or those after it was given up, from all before."""
    head: Head | None = None
    since = ""
    for trial in trials:
        # A head that is given up makes new answers due as well: those by likeness are older than its own.
        if trial.is_kept or head is not None:
            head, since = (trial if trial.is_kept else None), str(trial.pk)
    if isinstance(head, FirmHead) and head.withdrawn_at is not None:
        return None, f"{since}-"
    return head, since


def _asked(question: Question, edition: str, head: dict[str, Any] | None) -> engine.Asked:
    return engine.Asked(
        id=str(question.pk),
        name=question.name,
        definition=question.definition,
        answer_type=question.answer_type,
        clause_type=question.clause_type,
        examples=tuple(question.examples),
        edition=edition,
        head=head,
    )
