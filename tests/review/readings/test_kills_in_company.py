"""kill -9 of a worker that asks several parts side by side: every one of them is taken up again, by itself."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from review.accounts.models import User
from review.asking.models import Inquiry
from review.asking.services import ask_matter
from review.asking.tasks import inquire_task
from review.documents.models import Bundle
from review.findings.models import Finding
from review.findings.tasks import read_case_task
from review.jobs.dispatching import reap
from review.jobs.models import Job, JobKind, JobState
from review.matters.models import Matter
from review.readers.services import choose_reader
from review.readings.models import CaseAnswer, CasePart, CaseRun, PartState
from review.readings.services import start_run
from tests.agreements import Room, add_columns
from tests.cast import as_job, as_person, deliver
from tests.readers import stand_in_reader

from .test_kills import ASKS, worker

COLUMNS = 20
KINDS = (JobKind.READ_CASE, JobKind.INQUIRE)
TASKS = {JobKind.READ_CASE: read_case_task, JobKind.INQUIRE: inquire_task}


@pytest.fixture
def run(matter: Matter, bundle: Bundle, ada: User, tmp_path: Path) -> CaseRun:
    """Columns over agreements that the stand-in reads, one of them asked for by nobody else."""
    room = Room.written(tmp_path / "agreements")
    for document in room.agreements.case_file.documents:
        deliver(bundle, ada, name=f"{document.id}.txt".capitalize(), content=document.content)
    profile = stand_in_reader(ada, chunk=256, side_by_side=2)
    columns = add_columns(ada, room.names[:COLUMNS])
    with as_person(ada):
        found = Matter.objects.select_related("client").get(pk=matter.pk)
        choose_reader(found, profile, by=ada)
        return start_run(found, profile, columns, by=ada)


@pytest.fixture
def inquiries(run: CaseRun, ben: User) -> list[Inquiry]:
    """Five questions of ben's, which wait already when the run is taken up."""
    with as_person(ben):
        matter = Matter.objects.select_related("client").get(pk=run.matter_id)
        return [ask_matter(matter, f"What is said of thing {number}?", by=ben) for number in range(5)]


def stored(run: CaseRun) -> dict[tuple[str, str], Any]:
    """Each answer by its part and column."""
    with as_job(run):
        rows = CaseAnswer.objects.values_list("part_id", "question_id", "pk")
        return {(str(part), str(question)): answer for part, question, answer in rows}


def asked_freely(run: CaseRun) -> int:
    return sum(question == "None" for _, question in stored(run))


def test_the_leases_of_all_run_out_and_nothing_is_asked_twice_or_lost(
    run: CaseRun, inquiries: list[Inquiry], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with worker(run, tmp_path / "killed.log") as killed:
        killed.kill_when(lambda: asked_freely(run) >= 1)
        begun = {part for part, _ in ASKS.findall(killed.log.read_text())}
    with as_job(run):
        parts = {str(part.pk): part for part in CasePart.objects.all()}
    assert begun == set(parts)  # all of them were in its hands
    kept = stored(run)
    left = [part for part in parts if not any(part == owner for owner, _ in kept)]
    assert left

    with connections["dispatcher"].cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET lease_until = now() - interval '1 second' WHERE matter_id = %s"
            " AND state = 'leased'",
            [run.matter_id],
        )
        assert cursor.rowcount > 1
    assert reap() > 1
    with as_job(run):
        due = Job.objects.filter(kind__in=KINDS).exclude(state=JobState.DONE).order_by("priority")
        jobs = list(due.values_list("pk", "kind"))
    with caplog.at_level("INFO"):
        for job_id, kind in jobs:
            TASKS[JobKind(kind)](str(job_id))

    again = {(part, key) for part, keys in ASKS.findall(caplog.text) for key in keys.split()}
    assert not {(part, "asked") for part in parts if (part, "None") in kept} & again
    assert not set(kept) & again
    last = stored(run)
    assert all(last[key] == answer for key, answer in kept.items())  # the very same rows
    assert len(last) == COLUMNS + len(inquiries)
    with as_job(run):
        assert {part.state for part in CasePart.objects.all()} == {PartState.DONE}
        assert {job.state for job in Job.objects.filter(kind__in=KINDS)} == {JobState.DONE}
        assert Finding.objects.count() == COLUMNS * 4
