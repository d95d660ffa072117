"""Contracts that teach a firm's own question, and a firm in which two matters have taught it."""

from contextlib import AbstractContextManager
from functools import lru_cache

import pytest

from review import engine
from review.accounts.models import User
from review.documents.models import Document
from review.findings.learning import ENOUGH
from review.findings.models import FirmHead, LearnedHead
from review.findings.sharing import give_lesson
from review.findings.terms import agree_teaching
from review.matters.models import Matter
from review.playbooks.models import Question
from review.tenancy.context import Context, in_context
from review.tenancy.models import Organization

from .cast import STEP_IN, as_job, as_person, deliver, open_delivery, open_matter, own_question
from .workers import work_off

MAY = "Should {goods} fail to come, the customer may step in and perform the services by its own staff."
NEVER = "The customer shall never step in nor perform the services for {goods} of another customer."
GOODS = (
    "flour",
    "sugar",
    "butter",
    "yeast",
    "barley",
    "malt",
    "hops",
    "grain",
    "rye",
    "oats",
    "cocoa",
    "honey",
)


def supply(number: int) -> str:
    """A contract that lets the customer step in, or, where its number is odd, forbids it in words much alike."""
    goods = f"{GOODS[number % len(GOODS)]} of grade {number}"
    clause = (NEVER if number % 2 else MAY).format(goods=goods)
    return (
        f"SUPPLY AGREEMENT\n\n1.1 The supplier shall deliver {goods} each week.\n\n1.2 {clause}\n\n"
        f"1.3 Invoices for {goods} fall due after a month.\n"
    )


@pytest.fixture
def own_alone(ada: User, organization: Organization) -> Question:
    """A question of the firm's own, the only one that is asked."""
    with as_person(ada, organization):
        Question.objects.update(is_active=False)
    return own_question(ada)


@pytest.fixture
def elm(organization: Organization, cleo: User) -> Matter:
    """Cleo's matter, on which nobody else is."""
    return open_matter(organization, cleo, name="Project Elm", number="10023-0009")


@pytest.fixture
def ash(organization: Organization, ada: User) -> Matter:
    """Ada's matter, in which nobody has decided anything."""
    return open_matter(organization, ada, name="Project Ash", number="10023-0011")


@pytest.fixture
def late(ash: Matter, ada: User) -> Document:
    return deliver(open_delivery(ash, ada), ada, name="late.txt", content=supply(60))


@pytest.fixture
def taught(matter: Matter, elm: Matter, ada: User, cleo: User, own_alone: Question) -> FirmHead:
    """The firm's head, from twenty decisions each in Harrow and in Elm."""
    for number, (one, lead) in enumerate(((matter, ada), (elm, cleo))):
        let_teach(one, lead)
        teach(one, own_alone, first=20 * number)
    assert work_off(elm, "fit_firm") == 1
    with of_the_firm(elm):
        return FirmHead.objects.get()


def let_teach(matter: Matter, lead: User, *, allowed: bool = True) -> None:
    with as_person(lead):
        fresh = Matter.objects.select_related("client").get(pk=matter.pk)
        for subject in (fresh.client, fresh):
            agree_teaching(subject, allowed, by=lead)


def teach(matter: Matter, question: Question, *, first: int = 0) -> None:
    """Give the firm what twenty decisions in a matter teach, without the reading that comes before them."""
    with as_job(matter):
        trial = LearnedHead.objects.create(
            organization_id=matter.organization_id,
            matter=matter,
            question=question,
            edition=question.edition,
            accepted=ENOUGH // 2,
            rejected=ENOUGH // 2,
            right=ENOUGH // 2,
            wrong=ENOUGH // 2,
            is_kept=False,
            reason="It did not tell passages of other documents apart better than likeness does.",
            made_by=engine.vectors_made_by(),
        )
        fresh = Matter.objects.select_related("client").get(pk=matter.pk)
        give_lesson(fresh, question, trial, lesson_from(first))


@lru_cache
def lesson_from(first: int) -> engine.SharedVectors:
    """What is taught by people who call each clause that lets the customer step in right, and its opposite wrong."""
    judged = []
    for number in range(first, first + ENOUGH):
        text = supply(number)
        start, end = text.index("1.2 "), text.index("\n\n1.3")
        judged.append(engine.JudgedText(str(number), text, (engine.JudgedSpan(start, end, number % 2 == 0),)))
    asked = engine.Asked("own", "Step-in rights", STEP_IN, "text", "")
    return engine.shared_vectors(asked, judged)


def of_the_firm(matter: Matter) -> AbstractContextManager[Context]:
    """As the job of the firm as a whole: let through no wall."""
    return in_context(matter.organization_id)
