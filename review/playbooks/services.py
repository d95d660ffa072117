"""Every write of the room."""

from uuid import UUID

from review import engine

from .models import Question


def seed_questions(organization_id: UUID) -> list[Question]:
    """Give an organization one question for every clause type the readers know; safe to run again.

    Questions it has already keep the firm's words; their answers are typed as the readers type them now.
    """
    known = set(Question.objects.values_list("key", flat=True))
    for clause in engine.clause_types():
        own = Question.objects.filter(key=clause.key, clause_type=clause.clause_type)
        own.exclude(answer_type=clause.answer_type).update(answer_type=clause.answer_type)
    made = [
        Question(
            organization_id=organization_id,
            key=clause.key,
            name=clause.name,
            definition=clause.definition,
            answer_type=clause.answer_type,
            clause_type=clause.clause_type,
            severity=clause.severity,
            examples=list(clause.examples),
            position=position,
        )
        for position, clause in enumerate(engine.clause_types(), start=1)
        if clause.key not in known
    ]
    return Question.objects.bulk_create(made)
