"""A case file longer than the window makes room for others: between documents, pieces of one, and sections.

What a turn had gone through, no later turn goes through again, whoever had the process meanwhile.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from django.test import override_settings

from inference.beyond import encoding
from inference.beyond.sit import Sitter
from inference.evaluation.needle.agreements import Agreements
from review import engine
from review.accounts.models import User
from review.asking.models import Inquiry
from review.asking.services import ask_matter
from review.documents.models import Bundle, Document
from review.jobs.models import Job, JobState
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.models import MeasuredPace, ReaderProfile
from review.readers.services import choose_reader
from review.readings.models import CaseAnswer, CasePart, CaseRun, PartState
from review.readings.selectors import run_view
from review.readings.services import start_run
from tests.cast import LEASE, as_job, as_person, deliver, open_delivery
from tests.readers import stand_in_reader
from tests.workers import leave_nothing_due

from .test_sections import AGREEMENTS, WINDOW, add_columns, at, memories_of, said_by
from .test_sharing_a_reader import Worker

pytestmark = pytest.mark.usefixtures("by_order")


@pytest.fixture(autouse=True)
def _readings_of_the_test(tmp_path: Path) -> Iterator[None]:
    with override_settings(READINGS_DIR=tmp_path / "readings"):
        yield


@pytest.fixture
def reader(organization: Any, ada: User) -> ReaderProfile:
    return stand_in_reader(ada, window=WINDOW, side_by_side=1)


def long_matter(bundle: Bundle, by: User, agreements: Agreements = AGREEMENTS) -> None:
    """Four agreements of one family, about twice what the reader takes at once."""
    documents = [
        deliver(bundle, by, name=f"{each.id}.txt", content=each.content)
        for each in agreements.case_file.documents
    ]
    with as_person(by):
        Document.objects.filter(pk__in=[each.pk for each in documents[1:]]).update(parent=documents[0])


@pytest.fixture
def ours(matter: Matter, bundle: Bundle, reader: ReaderProfile, ada: User) -> Matter:
    long_matter(bundle, ada)
    leave_nothing_due()
    with as_person(ada):
        return Matter.objects.select_related("client").get(pk=matter.pk)


@pytest.fixture
def theirs(other_matter: Matter, dan: User) -> Matter:
    """A short lease in another firm, read by a model as narrow."""
    deliver(open_delivery(other_matter, dan), dan, name="Lease.txt", content=LEASE)
    profile = stand_in_reader(dan, window=WINDOW, side_by_side=1)
    leave_nothing_due()
    with as_person(dan):
        matter = Matter.objects.select_related("client").get(pk=other_matter.pk)
        choose_reader(matter, profile, by=dan)
    return matter


def put(matter: Matter, reader: ReaderProfile, columns: list[Question], by: User) -> CaseRun:
    with as_person(by):
        return start_run(matter, reader, columns, by=by)


def ask(matter: Matter, by: User, words: str) -> Inquiry:
    with as_person(by):
        return ask_matter(matter, words, by=by)


def the_part(run: CaseRun) -> CasePart:
    with as_job(run):
        return CasePart.objects.select_related("case_file").get(run=run)


def the_job(run: CaseRun) -> Job:
    with as_job(run):
        return Job.objects.get(subject_id=CasePart.objects.get(run=run).pk)


def gone_through(reader: ReaderProfile, by: User) -> int:
    with as_person(by):
        return MeasuredPace.objects.filter(profile=reader).aggregate(all=Sum("gone_through"))["all"] or 0


def test_each_turn_goes_through_what_none_had_and_an_urgent_question_comes_in_between(
    ours: Matter, theirs: Matter, reader: ReaderProfile, ada: User, dan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the documents is gone through in pieces; the process lets go of what it holds between two turns."""
    for name, passages in (("TOGETHER", 8), ("A_PIECE", 8), ("AS_ONE", 16)):
        monkeypatch.setattr(encoding, name, passages)
    clause = AGREEMENTS.clauses[3]
    run = put(ours, reader, add_columns(ada, [clause.name]), ada)
    leave: list[dict[str, tuple[int, bytes]]] = [{}]
    steps: list[int] = []
    causes: list[str] = []

    def look() -> None:
        steps.append(the_part(run).tokens_read)
        with as_job(ours):
            causes.append(run_view(CaseRun.objects.select_related("profile").get(pk=run.pk)).cause)
        now = memories_of(ours)
        assert {name: now[name] for name in leave[-1]} == leave[-1]  # what was finished is not written again
        leave.append(now)
        engine.forget_cases(str(ours.organization_id), str(ours.pk))

    asked: list[Inquiry] = []
    real = engine.begin_case

    def begun(spec: engine.ReaderSpec, case: engine.Case) -> engine.CaseBegun:
        if case.matter == str(ours.pk) and len(asked) < 2:
            asked.append(ask(theirs, dan, f"Who is the landlord of {len(asked)}?"))
        return real(spec, case)

    monkeypatch.setattr(engine, "begin_case", begun)
    worker = Worker(between=look)
    worker.work_off()

    own = the_job(run).pk
    others = [the_job(each.run).pk for each in asked]
    assert worker.turns == [own, others[0], own, others[1], own]
    read = [step for step, job in zip(steps, worker.turns, strict=True) if job == own]
    assert read == sorted(read)
    assert len(set(read)) == len(read)
    assert causes[0] == "Making room for others: 0 of 1 answered."
    part = the_part(run)
    assert (part.state, part.tokens_read, part.is_remembered) == (PartState.DONE, part.tokens, True)
    assert (the_job(run).state, the_job(run).attempt) == (JobState.DONE, 1)
    assert gone_through(reader, ada) == 2 * part.case_file.characters  # for vectors and scores, each once
    with as_job(ours):
        assert said_by(CaseAnswer.objects.get()) == [at(clause)]


def test_between_two_readings_of_sections_others_have_their_turn_and_none_is_read_twice(
    ours: Matter, theirs: Matter, reader: ReaderProfile, ada: User, dan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits while it is gone through, so that makes no room."""
    columns = add_columns(ada, [AGREEMENTS.absent[0]])
    sat: list[str] = []
    real = Sitter.sit

    def sit(self: Sitter[Any], sitting: Any) -> None:
        real(self, sitting)
        sat.append(sitting.pending[0].question.id)
        if len(sat) == 1:
            ask(theirs, dan, "Who is the landlord?")

    monkeypatch.setattr(Sitter, "sit", sit)
    run = put(ours, reader, columns, ada)
    worker = Worker()
    worker.work_off()
    own = the_job(run).pk
    assert [job == own for job in worker.turns] == [True, False, True]
    assert len(sat) == 3  # of one question, whose three rounds are one sitting each
    with as_job(ours):
        absent = CaseAnswer.objects.get(question=columns[0])
    assert absent.state == "not_found"
    assert absent.covered["rounds"] == 3
