"""What matters teach the firm of its own questions: lessons given and taken back, and heads learned from them.

A lesson leaves its matter as vectors and labels, and only while client and matter allow it. The head made of several
lessons is learned by a job that is let through no wall: it sees the lessons of the firm and nothing else.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.utils import timezone

from review import engine
from review.jobs.models import Job, JobKind
from review.jobs.services import Claimed, begin, due_for_firm, finish
from review.matters.models import Matter
from review.playbooks.models import Question
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .models import FirmHead, LearnedHead, LessonWithdrawal, SharedLesson, Withdrawn
from .recipes import words_alone


def give_lesson(matter: Matter, question: Question, trial: LearnedHead, shared: engine.SharedVectors) -> None:
    """Put what a matter teaches in the place of what it taught before, and make the firm's learning due.

    The caller has asked whether the matter may teach; the database asks again.
    """
    take_turn(Turn.LESSONS, matter.organization_id)
    SharedLesson.objects.filter(question=question, source_id=matter.pk).delete()
    SharedLesson.objects.create(
        organization_id=matter.organization_id,
        question=question,
        source_id=matter.pk,
        client_id=matter.client_id,
        edition=trial.edition,
        accepted=trial.accepted,
        rejected=trial.rejected,
        made_by=shared.made_by,
        asks=shared.asks,
        vectors=shared.vectors,
        right=list(shared.right),
    )
    record(None, "question.lesson_given", trial, question=question.key, passages=len(shared.right))
    due_firm_learning(question)


def take_back(
    lessons: QuerySet[SharedLesson], *, why: Withdrawn, by_id: UUID | None, using: str = DEFAULT_DB_ALIAS
) -> list[LessonWithdrawal]:
    """Take lessons back in the running transaction, with every head that they went into; one receipt a lesson.

    The caller holds `alone_with_lessons` and writes the audit rows.
    """
    receipts = []
    for lesson in lessons.using(using).select_related("question").defer("vectors"):
        receipt = LessonWithdrawal.objects.using(using).create(
            organization_id=lesson.organization_id,
            question_id=lesson.question_id,
            matter_was=lesson.source_id,
            why=why,
            accepted=lesson.accepted,
            rejected=lesson.rejected,
            passages=len(lesson.right),
            head_id=_withdraw_heads(lesson, using),
            withdrawn_by_id=by_id,
        )
        SharedLesson.objects.using(using).filter(pk=lesson.pk).delete()
        due_firm_learning(lesson.question, using=using)
        receipts.append(receipt)
    return receipts


def due_firm_learning(question: Question, *, using: str = DEFAULT_DB_ALIAS) -> Job:
    """Make an attempt due to learn a question from all that the firm's matters teach of it now."""
    words = engine.asked_hash(words_alone(question))
    return due_for_firm(
        JobKind.FIT_FIRM, question.organization_id, subject_id=question.pk, input_hash=words, using=using
    )


def learn_for_firm(job: Claimed) -> None:
    """Fit a head from the lessons of all matters, and store what came of it with its figures, kept or not."""
    with begin(job):
        question = Question.objects.get(pk=job.subject_id)
        lessons = _lessons(question)
    learned = engine.fit_shared_head(words_alone(question), [_vectors(each) for each in lessons])
    with finish(job):
        take_turn(Turn.LESSONS, job.organization_id)
        now = Question.objects.get(pk=job.subject_id)
        if now.edition != question.edition or _ids(_lessons(now)) != _ids(lessons):
            due_firm_learning(now)  # what it was learned from was changed meanwhile: nothing of it is kept
        elif lessons:
            _store(question, lessons, learned)


def _store(question: Question, lessons: Sequence[SharedLesson], learned: engine.Learned) -> None:
    trial = FirmHead.objects.create(
        organization_id=question.organization_id,
        question=question,
        edition=question.edition,
        sources=[str(each.source_id) for each in lessons],
        accepted=sum(each.accepted for each in lessons),
        rejected=sum(each.rejected for each in lessons),
        right=learned.right,
        wrong=learned.wrong,
        is_kept=learned.head is not None,
        reason=learned.reason,
        figures=learned.figures,
        made_by=learned.made_by,
        content=learned.head,
    )
    LessonWithdrawal.objects.filter(question=question, replaced_by=None).update(replaced_by=trial)
    did = "question.learned_together" if trial.is_kept else "question.not_learned_together"
    record(None, did, trial, question=question.key, matters=len(lessons), **learned.figures)


def _withdraw_heads(lesson: SharedLesson, using: str) -> UUID | None:
    """Withdraw every head that a lesson's matter went into, and its content; gives the one that was in use."""
    heads = FirmHead.objects.using(using).filter(
        organization_id=lesson.organization_id,
        question_id=lesson.question_id,
        sources__contains=[str(lesson.source_id)],
    )
    newest = FirmHead.objects.using(using).filter(
        organization_id=lesson.organization_id, question_id=lesson.question_id
    )
    last = newest.order_by("-created_at", "-pk").values_list("pk", "is_kept", "withdrawn_at").first()
    taught = set(heads.values_list("pk", flat=True))
    heads.filter(withdrawn_at=None).update(withdrawn_at=timezone.now(), content=None)
    return last[0] if last and last[1] and last[2] is None and last[0] in taught else None


def _lessons(question: Question) -> list[SharedLesson]:
    """What is taught of the question in its present words, one a matter."""
    return list(
        SharedLesson.objects.filter(question=question, edition=question.edition).order_by("source_id")
    )


def _ids(lessons: Sequence[SharedLesson]) -> list[UUID]:
    return [each.pk for each in lessons]


def _vectors(lesson: SharedLesson) -> engine.SharedVectors:
    return engine.SharedVectors(lesson.made_by, lesson.asks, bytes(lesson.vectors), tuple(lesson.right))
