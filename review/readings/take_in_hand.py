"""What a worker has to know of a part before it opens a reader: its run, its texts, its questions and its shelf."""

from uuid import UUID

from review import engine
from review.jobs.services import Claimed, withdraw
from review.playbooks.models import Question
from review.readers.description import spec_of

from .case_families import families_in
from .kept_readings import budget_of
from .models import CasePart, PartState
from .recipes import asked_of, free_question
from .shelf import shelf_of
from .units import texts_of
from .work_in_hand import Keep, Work


def part_of(job: Claimed) -> CasePart | None:
    """The part of a job; None, ending it, where that was cancelled while the job was on its way."""
    part = CasePart.objects.select_related("run", "run__profile", "case_file").get(pk=job.subject_id)
    if PartState(part.state).is_over:
        withdraw(job)
        return None
    return part


def questions_of(part: CasePart) -> list[engine.Asked]:
    """What its run asks, in the run's order."""
    if part.run.is_free:
        return [free_question(part.run.words)]
    questions = {str(each.pk): each for each in Question.objects.filter(pk__in=part.run.question_ids)}
    return [asked_of(questions[key]) for key in part.run.question_ids if key in questions]


def work_on(job: Claimed, part: CasePart, keep: Keep) -> Work:
    """The part in this worker's hands; `keep` is told each answer to a column as it is stored."""
    spec = spec_of(part.run.profile)
    case, trouble = _case(job, part)
    budgets = _budgets(job.organization_id) if spec.kind == "engine" else None
    return Work(job, part, spec, case, questions_of(part), keep, trouble, budgets)


def _case(job: Claimed, part: CasePart) -> tuple[engine.Case, str]:
    """Its case file for the reader, and why nothing of it is saved."""
    texts = tuple(
        engine.CaseText(str(place.text_id), place.text.content, place.text.document.language or None)
        for place in texts_of(part.case_file)
    )
    found = shelf_of(job.organization_id, part.matter_id)
    case = engine.Case(
        str(job.organization_id),
        str(job.matter_id),
        part.case_file.key,
        texts,
        found.shelf,
        families=tuple(
            tuple(str(piece.text_id) for piece in family) for family in families_in(part.case_file)
        ),
        by_clause_type=not part.run.is_free,
    )
    return case, found.trouble


def _budgets(organization_id: UUID) -> engine.Budgets:
    budget = budget_of(organization_id)
    return engine.Budgets(budget.device_bytes, budget.memory_bytes or 0, budget.days * 86_400.0)
