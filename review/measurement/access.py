"""The gate of back-tests, and of what only the firm's knowledge lawyer may decide."""

from uuid import UUID

from review.accounts.models import User
from review.errors import NotFound
from review.matters.access import Purpose, may
from review.playbooks.models import Question
from review.tenancy.access import access_as_administrator

from .models import BackTest, Comparison


def access_backtest(user: User, backtest_id: UUID, *, to: Purpose = "read") -> BackTest:
    """A back-test of a matter the person is on. Raises NotFound, also behind a wall."""
    backtest = BackTest.objects.select_related("matter", "matter__client").filter(pk=backtest_id).first()
    if backtest is None:
        raise NotFound
    may(user, backtest.matter_id, to=to)
    return backtest


def access_comparison(user: User, comparison_id: UUID, *, to: Purpose = "read") -> Comparison:
    """One line of a back-test of a matter the person is on. Raises NotFound, also behind a wall."""
    comparisons = Comparison.objects.select_related("run", "run__backtest", "document", "question", "finding")
    comparison = comparisons.filter(pk=comparison_id).first()
    if comparison is None:
        raise NotFound
    may(user, comparison.matter_id, to=to)
    return comparison


def access_question_to_approve(user: User, key: str) -> Question:
    """A question of the firm, for its administrator. Raises NotAllowed for others, NotFound for no such question."""
    access_as_administrator(user)
    question = Question.objects.filter(key=key, is_active=True).first()
    if question is None:
        raise NotFound
    return question
