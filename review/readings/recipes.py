"""What makes two answers about one case file the same: the reader to its weights and manner, and what is asked."""

from review import engine
from review.playbooks.models import Question

FREE = "asked freely"  # the id of a question in a person's own words


def recipe_of(fingerprint: str, asked: engine.Asked) -> str:
    """The name of an answer by this reader to these words; the case file is named beside it."""
    return engine.recipe_hash(fingerprint, asked)


def asked_of(question: Question) -> engine.Asked:
    """A column as a reader of whole files is asked it: by its words alone, whatever a matter learned of it."""
    return engine.Asked(
        id=str(question.pk),
        name=question.name,
        definition=question.definition,
        answer_type=question.answer_type,
        clause_type=question.clause_type,
        examples=tuple(question.examples),
        edition=f"{question.edition}:",
    )


def free_question(words: str) -> engine.Asked:
    """A question in a person's own words; its answer is the words of the documents."""
    return engine.Asked(id=FREE, name="A free question", definition=words, answer_type="text", clause_type="")
