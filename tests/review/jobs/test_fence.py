"""A worker whose lease ended while it worked writes nothing, whatever step it takes and whatever the next one does.

Killing workers at random does not notice a missing fence; each interleaving is therefore played step by step:
A claims, its lease ends, the reaper returns the job, B claims, A takes a step, B takes a step.
"""

from collections.abc import Callable

import pytest

from review.documents.models import Document, PageImage
from review.jobs.dispatching import reap
from review.jobs.errors import LeaseLost
from review.jobs.models import Job, JobState
from review.jobs.services import Claimed, extend, finish, give_back, postpone, quarantine
from tests.cast import as_job

from .conftest import claimed, end_lease, let_time_pass, now

Step = Callable[[Claimed, Document, str], object]


def draw(job: Claimed, document: Document, who: str) -> None:
    """Finish, writing one page image that says who drew it."""
    with finish(job):
        PageImage.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            text=document.text,
            number=1,
            dpi=192,
            renderer=who,
            media_type="image/png",
            blob_key="a/b/c",
        )


STEPS: dict[str, Step] = {
    "extends": lambda job, document, who: extend(job, done=1, total=2),
    "finishes": draw,
    "gives back": lambda job, document, who: give_back(job, f"{who} failed."),
    "postpones": lambda job, document, who: postpone(job, f"{who} lacks something.", 30),
    "quarantines": lambda job, document, who: quarantine(job, f"{who} gave up."),
}
AFTER: dict[str, JobState] = {
    "extends": JobState.LEASED,
    "finishes": JobState.DONE,
    "gives back": JobState.FAILED_RETRYABLE,
    "postpones": JobState.QUEUED,
    "quarantines": JobState.QUARANTINED,
}


@pytest.mark.parametrize("last", STEPS)
@pytest.mark.parametrize("late", STEPS)
def test_a_late_step_changes_nothing_and_the_next_worker_is_not_hindered(
    job: Job, document: Document, late: str, last: str
) -> None:
    slow = claimed(job)
    end_lease(job)
    assert reap() >= 1
    let_time_pass(job)
    quick = claimed(job)
    before = _row(job)

    _take_late(late, slow, document)
    assert _row(job) == before
    assert _drawn(job) == []

    STEPS[last](quick, document, "B")
    assert now(job).state == AFTER[last]
    assert _drawn(job) == (["B"] if last == "finishes" else [])


@pytest.mark.parametrize("late", STEPS)
def test_a_late_step_changes_nothing_while_nobody_has_claimed_again(
    job: Job, document: Document, late: str
) -> None:
    slow = claimed(job)
    end_lease(job)
    reap()
    before = _row(job)
    _take_late(late, slow, document)
    assert _row(job) == before
    assert _drawn(job) == []


@pytest.mark.parametrize("late", STEPS)
def test_a_late_step_changes_nothing_after_the_next_worker_finished(
    job: Job, document: Document, late: str
) -> None:
    slow = claimed(job)
    end_lease(job)
    reap()
    let_time_pass(job)
    draw(claimed(job), document, "B")
    before = _row(job)
    _take_late(late, slow, document)
    assert _row(job) == before
    assert _drawn(job) == ["B"]


def test_who_finishes_before_the_reaper_noticed_is_in_time(job: Job, document: Document) -> None:
    slow = claimed(job)
    end_lease(job)
    draw(slow, document, "A")
    reap()
    assert now(job).state == JobState.DONE
    assert _drawn(job) == ["A"]


def _take_late(step: str, job: Claimed, document: Document) -> None:
    if step == "finishes":
        with pytest.raises(LeaseLost):
            draw(job, document, "A")
    else:
        STEPS[step](job, document, "A")


def _row(job: Job) -> dict[str, object]:
    with as_job(job):
        return Job.objects.filter(pk=job.pk).values().get()


def _drawn(job: Job) -> list[str]:
    with as_job(job):
        return list(
            PageImage.objects.filter(text__document_id=job.document_id).values_list("renderer", flat=True)
        )
