"""The gate of questions: all of the firm but its guests read them; administrators and leads of a matter change them."""

from typing import Literal
from uuid import UUID

from review.accounts.models import User
from review.errors import NotAllowed, NotFound
from review.matters.access import leads_somewhere
from review.tenancy.access import access_membership
from review.tenancy.models import Membership, Role

from .models import Question


def access_questions(user: User, *, to: Literal["read", "change"] = "read") -> Membership:
    """The person's membership. Raises NotFound for guests and strangers, NotAllowed for those who may only read."""
    membership = access_membership(user)
    if membership.role == Role.GUEST:
        raise NotFound
    if to == "change" and not may_change_questions(user, membership):
        raise NotAllowed("Only an administrator of the firm, or the lead of a matter, changes its questions.")
    return membership


def access_question(user: User, question_id: UUID, *, to: Literal["read", "change"] = "read") -> Question:
    """A question of the firm, retired ones included. Raises NotFound for another firm's."""
    question = Question.objects.filter(pk=question_id).first()
    if question is None:
        raise NotFound
    access_questions(user, to=to)
    return question


def may_change_questions(user: User, membership: Membership) -> bool:
    """Whether the person is an administrator of the firm or leads one of its matters."""
    return membership.role == Role.ADMINISTRATOR or leads_somewhere(user)
