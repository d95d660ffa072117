"""Whoever has a job in hand can ask whether another's turn comes before it would have its own again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from review.accounts.models import User
from review.documents.models import Document
from review.jobs.dispatching import due_hints, who_comes_before
from review.jobs.models import Job, JobKind
from review.jobs.services import Claimed, claim, due, postpone
from tests.cast import as_job, as_person
from tests.workers import leave_nothing_due


@pytest.fixture(autouse=True)
def _nothing_else_is_due() -> None:
    leave_nothing_due()


def filed(by: User, document: Document, name: str, *, priority: int = 6) -> Job:
    """Work that has been due for a minute."""
    with as_person(by):
        job = due(JobKind.RENDER, document, input_hash=name, priority=priority)
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    return job


def in_hand(job: Job) -> Claimed:
    taken = claim(job.pk, job.organization_id, job.matter_id)
    assert taken is not None
    return taken


def before(mine: Claimed, *, waited: float = 3.0) -> str:
    return who_comes_before(mine.id, mine.kind, waited=waited)


def test_nobody_comes_before_a_job_that_is_alone_or_has_its_own_matter_behind_it(
    ada: User, document: Document
) -> None:
    mine = in_hand(filed(ada, document, "first"))
    assert before(mine) == "nobody"
    for number in range(3):
        filed(ada, document, f"{number}")
    assert before(mine) == "nobody"


def test_an_equal_of_another_matter_comes_before_it(
    ada: User, dan: User, document: Document, other_document: Document
) -> None:
    mine = in_hand(filed(ada, document, "mine"))
    filed(dan, other_document, "other")
    assert before(mine) == "equal"


def test_what_has_only_just_come_due_is_left_to_a_free_worker(
    ada: User, dan: User, document: Document, other_document: Document
) -> None:
    mine = in_hand(filed(ada, document, "mine"))
    with as_person(dan):
        due(JobKind.RENDER, other_document, input_hash="new", priority=6)
    assert before(mine) == "nobody"
    assert before(mine, waited=0) == "equal"


def test_what_is_less_urgent_or_waits_in_another_queue_does_not(
    ada: User, dan: User, document: Document, other_document: Document
) -> None:
    mine = in_hand(filed(ada, document, "mine"))
    filed(dan, other_document, "patient", priority=7)
    read = filed(dan, other_document, "read", priority=1)
    with as_person(dan):
        Job.objects.filter(pk=read.pk).update(kind=JobKind.READ)
    assert before(mine) == "nobody"


def test_what_is_more_urgent_does_of_whatever_matter(ada: User, document: Document) -> None:
    mine = in_hand(filed(ada, document, "mine"))
    filed(ada, document, "urgent", priority=2)
    assert before(mine) == "urgent"


def test_a_matter_that_has_as_much_in_hand_already_does_not(
    ada: User, dan: User, document: Document, other_document: Document
) -> None:
    mine = in_hand(filed(ada, document, "mine"))
    in_hand(filed(dan, other_document, "theirs"))
    filed(dan, other_document, "more of theirs")
    assert before(mine) == "nobody"
    second = in_hand(filed(ada, document, "another of mine"))  # now it has two
    assert before(mine) == before(second) == "equal"


def test_who_made_room_comes_behind_those_it_was_made_for_and_they_behind_it_in_turn(
    ada: User, dan: User, document: Document, other_document: Document
) -> None:
    jobs = [filed(ada, document, "mine"), filed(dan, other_document, "other")]
    order = []
    for _ in range(4):
        ((job_id, *_),) = due_hints(at_most=1)
        mine = in_hand(next(job for job in jobs if job.pk == job_id))
        assert before(mine) == "equal"
        order.append(jobs.index(next(job for job in jobs if job.pk == job_id)))
        postpone(mine, "Making room for others.", -5)  # five seconds ago, as the clock will have it
    assert order == [0, 1, 0, 1]


def test_of_one_matter_who_made_room_stays_first(
    ada: User, dan: User, document: Document, other_document: Document
) -> None:
    """Else it would begin one case file after the other and finish none."""
    first = filed(ada, document, "first")
    filed(ada, document, "second")
    postpone(in_hand(first), "Making room for others.", 0)
    assert [job_id for job_id, *_ in due_hints(at_most=1)] == [first.pk]
    with as_job(first):
        assert Job.objects.get(pk=first.pk).attempt == 0
