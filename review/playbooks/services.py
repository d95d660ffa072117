"""Every write of the room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from review import engine
from review.accounts.models import User
from review.errors import Invalid
from review.tenancy.audit import record

from .errors import NameTaken
from .models import AnswerType, Question

MOST_EXAMPLES = 5
LONGEST_NAME, LONGEST_DEFINITION, LONGEST_EXAMPLE = 120, 2000, 2000


@dataclass(frozen=True, slots=True)
class Wording:
    """What a firm's own question says, checked: it has a name and a definition, and few examples."""

    name: str
    definition: str
    answer_type: str
    examples: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, definition: str, answer_type: str, examples: Sequence[str] = ()) -> "Wording":
        """The same with white space made single. Raises Invalid in a sentence about what is missing."""
        name, definition = " ".join(name.split()), " ".join(definition.split())
        kept = tuple(dict.fromkeys(words for each in examples if (words := " ".join(each.split()))))
        if not name or len(name) > LONGEST_NAME:
            raise Invalid(f"Give the question a name of at most {LONGEST_NAME} characters.")
        if not definition or len(definition) > LONGEST_DEFINITION:
            raise Invalid(f"Say in at most {LONGEST_DEFINITION} characters what is looked for.")
        if answer_type not in AnswerType.values:
            raise Invalid(
                "Choose what the answer is: words, yes or no, a date, a length of time or a jurisdiction."
            )
        if len(kept) > MOST_EXAMPLES or any(len(each) > LONGEST_EXAMPLE for each in kept):
            raise Invalid(f"Give at most {MOST_EXAMPLES} examples of at most {LONGEST_EXAMPLE} characters.")
        if any("\0" in words for words in (name, definition, *kept)):
            raise Invalid("The words contain a character that no document has.")
        return cls(name, definition, answer_type, kept)


@transaction.atomic
def add_question(wording: Wording, *, by: User, organization_id: UUID) -> Question:
    """Add a question of the firm's own as the last column. Raises NameTaken."""
    others = _locked()
    _refuse_taken(wording.name, others)
    question = Question.objects.create(
        organization_id=organization_id,
        key=_free_key(wording.name, others),
        name=wording.name,
        definition=wording.definition,
        answer_type=wording.answer_type,
        examples=list(wording.examples),
        position=1 + (Question.objects.aggregate(last=Max("position"))["last"] or 0),
        added_by=by,
        changed_at=timezone.now(),
    )
    record(by, "question.added", question, question=question.key)
    return question


@transaction.atomic
def reword_question(question: Question, wording: Wording, *, by: User) -> bool:
    """Change what a firm's own question says; False when it says so already. What was read before becomes stale.

    Raises Invalid for a clause type, whose words are the reader's own.
    """
    if not question.is_own:
        raise Invalid("A clause type is what the reader was trained on; its words cannot be changed.")
    _refuse_taken(wording.name, [each for each in _locked() if each.pk != question.pk])
    before = Wording(question.name, question.definition, question.answer_type, tuple(question.examples))
    changed = [name for name in Wording.__slots__ if getattr(before, name) != getattr(wording, name)]
    if not changed:
        return False
    question.name, question.definition = wording.name, wording.definition
    question.answer_type, question.examples = wording.answer_type, list(wording.examples)
    question.edition, question.changed_at = question.edition + 1, timezone.now()
    question.save(update_fields=["name", "definition", "answer_type", "examples", "edition", "changed_at"])
    record(by, "question.reworded", question, question=question.key, changed=changed)
    return True


@transaction.atomic
def retire_question(question: Question, *, by: User) -> None:
    """Take a column out of every grid; what was found and decided about it is kept."""
    if Question.objects.filter(pk=question.pk, is_active=True).update(is_active=False):
        record(by, "question.retired", question, question=question.key)


@transaction.atomic
def restore_question(question: Question, *, by: User) -> None:
    """Bring a retired column back as it was."""
    if Question.objects.filter(pk=question.pk, is_active=False).update(is_active=True):
        record(by, "question.restored", question, question=question.key)


@transaction.atomic
def move_question(question: Question, way: Literal["up", "down"], *, by: User) -> None:
    """Change places with the column before or after; at the end of the list nothing happens."""
    ordered = sorted(_locked(), key=lambda each: (each.position, each.pk))
    at = next(number for number, each in enumerate(ordered) if each.pk == question.pk)
    to = at + (1 if way == "down" else -1)
    if not 0 <= to < len(ordered):
        return
    ordered[at], ordered[to] = ordered[to], ordered[at]
    for position, each in enumerate(ordered, start=1):
        each.position = position
    Question.objects.bulk_update(ordered, ["position"])
    record(by, "question.moved", question, question=question.key, way=way)


def _locked() -> list[Question]:
    """Every question of the firm; whoever else changes the list waits."""
    return list(Question.objects.select_for_update(of=("self",)).order_by("pk"))


def _refuse_taken(name: str, others: Sequence[Question]) -> None:
    if any(each.name.casefold() == name.casefold() for each in others):
        raise NameTaken(f"There is already a question called {name}. Choose another name.")


def _free_key(name: str, others: Sequence[Question]) -> str:
    """A stable name for addresses, which stays when the question is renamed."""
    taken = {each.key for each in others}
    stem = slugify(name)[:70].strip("-") or "question"
    keys = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in keys if key not in taken)


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
