"""What was agreed about AI, recorded together with what follows from it for what matters teach each other."""

from uuid import UUID

from review.accounts.models import User
from review.matters.models import AiTerms, Client, Matter
from review.matters.services import record_ai_terms, record_may_teach
from review.playbooks.selectors import active_questions
from review.readings.let_go import let_go_of_all
from review.readings.models import WhyMoved
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .learning import due_lessons
from .models import LessonWithdrawal, SharedLesson, Withdrawn
from .sharing import take_back


def agree_ai_terms(subject: Client | Matter, terms: AiTerms, *, by: User) -> None:
    """Record what was agreed about machine reading; where it is forbidden, what was taught is taken back at once."""
    take_turn(Turn.LESSONS, subject.organization_id)
    record_ai_terms(subject, terms, by=by)
    _take_back_what_is_not_allowed(subject, by)
    _teach_what_is_allowed(subject)
    if terms != AiTerms.ALLOWED:
        _let_go_of_readings(subject)


def agree_teaching(subject: Client | Matter, allowed: bool, *, by: User) -> None:
    """Record whether decisions may teach other matters; without leave what was taught is taken back at once."""
    take_turn(Turn.LESSONS, subject.organization_id)
    record_may_teach(subject, allowed, by=by)
    _take_back_what_is_not_allowed(subject, by)
    _teach_what_is_allowed(subject)


def _take_back_what_is_not_allowed(subject: Client | Matter, by: User) -> None:
    is_forbidden = subject.ai_terms == AiTerms.FORBIDDEN
    if subject.may_teach and not is_forbidden:
        return
    # A client's lessons are taken back also where the person who records it may not see the matter.
    named = {"client_id" if isinstance(subject, Client) else "source_id": subject.pk}
    why = Withdrawn.FORBIDDEN if is_forbidden else Withdrawn.PERMISSION
    for receipt in take_back(SharedLesson.objects.filter(**named), why=why, by_id=by.pk):
        record(by, "question.lesson_taken_back", receipt, **facts_of(receipt))


def _let_go_of_readings(subject: Client | Matter) -> None:
    """Those of matters that a wall hides from this person are let go of by a job of theirs, within the hour."""
    for matter in [subject] if isinstance(subject, Matter) else Matter.objects.filter(client=subject):
        let_go_of_all(matter, WhyMoved.FORBIDDEN)


def facts_of(receipt: LessonWithdrawal) -> dict[str, UUID | str | int]:
    """What the audit row of a taken-back lesson holds."""
    return {
        "question": receipt.question.key,
        "matter": str(receipt.matter_was),
        "why": receipt.why,
        "passages": receipt.passages,
        "head": str(receipt.head_id or ""),
    }


def _teach_what_is_allowed(subject: Client | Matter) -> None:
    """Matters that already learned teach now; those that a wall hides do so after their next reading."""
    if isinstance(subject, Client):
        matters = list(Matter.objects.select_related("client").filter(client=subject))
    else:
        matters = [subject]
    questions = [question for question in active_questions() if question.is_own]
    for matter in matters:
        due_lessons(matter, questions)
