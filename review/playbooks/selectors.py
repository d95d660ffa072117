from .models import Question


def active_questions() -> list[Question]:
    """The columns of the running organization, in order."""
    return list(Question.objects.filter(is_active=True).order_by("position"))
