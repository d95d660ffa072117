from .models import Question


def active_questions() -> list[Question]:
    """The columns of the running organization, in order."""
    return [question for question in all_questions() if question.is_active]


def all_questions() -> list[Question]:
    """The same with those that were retired, in order."""
    return list(Question.objects.select_related("added_by").order_by("position", "pk"))
