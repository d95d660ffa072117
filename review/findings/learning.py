"""Learning a firm's own question from what people of one matter decided. It stays in that matter: a wall is a wall.

What is learned is made by a job of the matter, lies behind the matter's wall and is used for its readings alone. Where
client and matter let decisions teach others, the same job gives the firm a lesson without words (sharing.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from review import engine
from review.documents.models import DocumentText
from review.jobs.models import JobKind
from review.jobs.services import Claimed, begin, due_for_matter, finish
from review.matters.models import Matter
from review.matters.services import AiForbidden, may_teach, refuse_unless_allowed
from review.playbooks.models import Question
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .models import Evidence, Finding, LearnedHead, Origin, ReviewState, SharedLesson
from .recipes import latest_trials, present_questions
from .selectors import Standing, standings, with_review_state
from .sharing import give_lesson

ENOUGH = 20  # findings that people decided on
GROWN = 1.25  # times as many as at the last attempt, before the next


@dataclass(frozen=True, slots=True)
class Lesson:
    """What people decided about one question in a matter: how many findings, and which passages."""

    accepted: int
    rejected: int
    judged: tuple[engine.JudgedText, ...]


def consider_learning(finding: Finding) -> None:
    """Make learning due when enough was decided about the finding's question, in the transaction of the decision."""
    question = finding.question
    if not question.is_own:
        return
    # Two who decide at once must not each miss the other's.
    take_turn(Turn.LEARNING, finding.matter_id, question.pk)
    decided = len(_counted(finding.matter_id, question))
    last = latest_trials(finding.matter_id, [question]).get(question.pk)
    if decided >= ENOUGH and (last is None or decided >= GROWN * (last.accepted + last.rejected)):
        due_learning(Matter.objects.get(pk=finding.matter_id), question)


def due_learning(matter: Matter, question: Question) -> None:
    """Make an attempt to learn a question from the decisions of a matter due."""
    words = engine.asked_hash(present_questions(matter.pk, [question])[0].asked)
    due_for_matter(JobKind.FIT_HEAD, matter, subject_id=question.pk, input_hash=words, again=True)


def learn_question(job: Claimed) -> None:
    """Fit a head from what the matter's people decided, and store what came of it with its figures, kept or not."""
    with begin(job):
        question = Question.objects.get(pk=job.subject_id)
        matter = Matter.objects.select_related("client").get(pk=job.matter_id)
        lesson = None if _is_forbidden(matter) else _lesson(matter, question)
        teaches = may_teach(matter)
        (present,) = present_questions(matter.pk, [question])
    if lesson is None or lesson.accepted + lesson.rejected < ENOUGH:
        with finish(job):
            return
    learned = engine.fit_head(present.asked, lesson.judged)
    shared = engine.shared_vectors(present.asked, lesson.judged) if teaches else None
    with finish(job):
        matter = Matter.objects.select_related("client").get(pk=job.matter_id)
        if _is_forbidden(matter):
            return
        trial = LearnedHead.objects.create(
            organization_id=job.organization_id,
            matter_id=job.matter_id,
            question=question,
            edition=question.edition,
            accepted=lesson.accepted,
            rejected=lesson.rejected,
            right=learned.right,
            wrong=learned.wrong,
            is_kept=learned.head is not None,
            reason=learned.reason,
            figures=learned.figures,
            made_by=learned.made_by,
            content=learned.head,
        )
        did = "question.learned" if trial.is_kept else "question.not_learned"
        counts = {"accepted": trial.accepted, "rejected": trial.rejected}
        record(None, did, trial, question=question.key, **counts, **learned.figures)
        if shared is not None:
            give_lesson(matter, question, trial, shared)


def refit_what_other_vectors_made(matter: Matter, heads: Sequence[LearnedHead | None]) -> None:
    """Make learning due again where a head stands on vectors that this reader no longer makes."""
    for head in heads:
        if head is not None and head.made_by != engine.vectors_made_by():
            due_learning(matter, head.question)


def due_lessons(matter: Matter, questions: Sequence[Question]) -> None:
    """Make learning due where a matter that may teach has learned, and its lesson is missing or of other vectors."""
    if not may_teach(matter):
        return
    tried = latest_trials(matter.pk, questions)
    lessons = SharedLesson.objects.filter(source_id=matter.pk, question_id__in=tried)
    given = {(each.question_id, each.edition): each.made_by for each in lessons.defer("vectors", "right")}
    for trial in tried.values():
        # A lesson is missing for good where texts were replaced and too few decisions are left.
        lacks = given.get((trial.question_id, trial.edition)) != engine.vectors_made_by()
        if lacks and len(_counted(matter.pk, trial.question)) >= ENOUGH:
            due_learning(matter, trial.question)


def _is_forbidden(matter: Matter) -> bool:
    try:
        refuse_unless_allowed(matter, engine.reader_kind())
    except AiForbidden:
        return True
    return False


def _decided(matter_id: UUID, question: Question) -> QuerySet[Finding]:
    """Findings about the question in its present words, on current texts, that people have decided on."""
    added = Q(origin=Origin.PERSON)
    if question.changed_at is not None:
        added &= Q(created_at__gte=question.changed_at)
    findings = Finding.objects.filter(
        added | Q(run__edition=question.edition), matter_id=matter_id, question=question
    )
    current = with_review_state(findings.filter(text_id=F("document__text_id")))
    return current.exclude(review_state=ReviewState.UNREVIEWED)  # type: ignore[misc]


def _counted(matter_id: UUID, question: Question) -> list[Finding]:
    """The newest decided finding of each document, and each that a person added."""
    newest: dict[UUID, Finding] = {}
    for finding in _decided(matter_id, question).order_by("created_at"):
        newest[finding.pk if finding.origin == Origin.PERSON else finding.document_id] = finding
    return list(newest.values())


def _lesson(matter: Matter, question: Question) -> Lesson:
    findings = _counted(matter.pk, question)
    stand = standings(findings)
    offered = _offered(findings)
    by_text: dict[UUID, list[engine.JudgedSpan]] = {}
    for finding in findings:
        spans = _judged(finding, stand[finding.pk], offered.get(finding.pk, []))
        by_text.setdefault(finding.text_id, []).extend(spans)
    contents = dict(DocumentText.objects.filter(pk__in=list(by_text)).values_list("pk", "content"))
    rejected = sum(stand[finding.pk].is_rejected for finding in findings)
    return Lesson(
        accepted=len(findings) - rejected,
        rejected=rejected,
        judged=tuple(
            engine.JudgedText(str(key), contents[key], tuple(spans))
            for key, spans in by_text.items()
            if spans
        ),
    )


def _offered(findings: Sequence[Finding]) -> dict[UUID, list[tuple[int, int]]]:
    """What the machine put first in each finding: the quiet passages, or the possible ones where none is quiet."""
    quiet: dict[UUID, list[tuple[int, int]]] = {}
    possible: dict[UUID, list[tuple[int, int]]] = {}
    for quote in Evidence.objects.filter(finding__in=findings).order_by("finding_id", "ordinal"):
        kind = quiet if quote.is_quiet else possible
        kind.setdefault(quote.finding_id, []).append((quote.start, quote.end))
    return {**possible, **quiet}


def _judged(
    finding: Finding, standing: Standing, offered: Sequence[tuple[int, int]]
) -> Iterator[engine.JudgedSpan]:
    """Passages that a decision calls right or wrong; what a person chose instead makes the offered ones wrong."""
    if standing.is_rejected:
        yield from (engine.JudgedSpan(start, end, False) for start, end in offered)
        return
    right = [(quote.start, quote.end) for quote in standing.quotes]
    yield from (engine.JudgedSpan(start, end, True) for start, end in right)
    if not right:  # accepted as absent
        yield from (engine.JudgedSpan(near["start"], near["end"], False) for near in finding.nearest)
    elif not set(right) <= set(offered):
        apart = [
            each for each in offered if not any(each[0] < end and start < each[1] for start, end in right)
        ]
        yield from (engine.JudgedSpan(start, end, False) for start, end in apart)
