"""One process reads for everybody: who asks the same case file joins, and the others take turns.

What is told by time in a service (a second between two looks, three that others wait first) is told here by order.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import override_settings

from review import engine
from review.accounts.models import User
from review.asking.models import Inquiry
from review.asking.services import ask_matter, cancel_inquiry
from review.asking.tasks import inquire_task
from review.findings.models import Finding
from review.findings.tasks import read_case_task
from review.jobs.dispatching import due_hints
from review.jobs.models import Job, JobKind, JobState
from review.jobs.services import claim
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.selectors import reader_of
from review.readers.services import choose_reader
from review.readings import ask_case_file, giving_way
from review.readings.access import access_run
from review.readings.models import CaseAnswer, CasePart, CaseRun, PartState
from review.readings.selectors import run_view
from review.readings.services import cancel_run, start_run
from tests.cast import AGREEMENT, LEASE, as_job, as_person, deliver, open_delivery
from tests.readers import tiny_reader
from tests.workers import leave_nothing_due

COLUMNS, AT_A_TIME = 6, 2
pytestmark = pytest.mark.usefixtures("by_order")
TASKS_BY_NAME = {task.name: task for task in (read_case_task, inquire_task)}


def matter_of(firm_matter: Matter, lead: User, **settings: Any) -> Matter:
    """A matter of two contracts, with a reader that it has chosen."""
    delivery = open_delivery(firm_matter, lead)
    deliver(delivery, lead, name="Supply agreement.txt", content=AGREEMENT)
    deliver(delivery, lead, name="Warehouse lease.txt", content=LEASE)
    profile = tiny_reader(lead, side_by_side=AT_A_TIME, **settings)
    leave_nothing_due()
    with as_person(lead):
        matter = Matter.objects.select_related("client").get(pk=firm_matter.pk)
        choose_reader(matter, profile, by=lead)
    return matter


@pytest.fixture
def ours(matter: Matter, ada: User) -> Matter:
    return matter_of(matter, ada)


@pytest.fixture
def theirs(other_matter: Matter, dan: User) -> Matter:
    return matter_of(other_matter, dan)


def put_columns(matter: Matter, by: User, number: int = COLUMNS) -> CaseRun:
    with as_person(by):
        profile = reader_of(matter.pk)
        assert profile is not None
        columns = list(Question.objects.exclude(clause_type="").order_by("position")[:number])
        return start_run(matter, profile, columns, by=by)


def ask(matter: Matter, by: User, words: str = "Which law governs?") -> Inquiry:
    with as_person(by):
        return ask_matter(matter, words, by=by)


def the_part(run: CaseRun) -> CasePart:
    with as_job(run):
        return CasePart.objects.get(run=run)


def the_job(run: CaseRun) -> Job:
    with as_job(run):
        return Job.objects.get(subject_id=the_part_id(run))


def the_part_id(run: CaseRun) -> Any:
    return CasePart.objects.get(run=run).pk


def answers(matter: Matter) -> list[CaseAnswer]:
    """In the order they were stored in."""
    with as_job(matter):
        return list(CaseAnswer.objects.select_related("part").order_by("created_at"))


@dataclass
class Worker:
    """The only process there is, told by the dispatcher what comes next; `turns` says whose turn each was."""

    turns: list[Any] = field(default_factory=list)
    between: Callable[[], None] = lambda: None

    def work_off(self, *, at_most: int = 100) -> None:
        while hints := [hint for hint in due_hints(at_most=1) if hint[2] == "reader"]:
            assert len(self.turns) < at_most, "They only make room for each other."
            ((job_id, task, _),) = hints
            self.turns.append(job_id)
            TASKS_BY_NAME[task](str(job_id))
            self.between()


def when_answered(number: int, event: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen once, when so many answers of the next asking have been stored."""
    real = engine.ask_case

    def asking(*given: Any) -> Iterator[Any]:
        monkeypatch.setattr(engine, "ask_case", real)
        for count, answer in enumerate(real(*given), start=1):
            yield answer
            if count == number:
                event()

    monkeypatch.setattr(engine, "ask_case", asking)


def test_a_question_asked_during_a_long_run_is_answered_before_the_run_has_ended(
    ours: Matter, ada: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = put_columns(ours, ada)
    asked: list[Inquiry] = []
    when_answered(1, lambda: asked.append(ask(ours, ben)), monkeypatch)
    worker = Worker()
    worker.work_off()

    assert len(worker.turns) == 1  # it joined, and nobody made room for anybody
    stored = [answer.part.run_id for answer in answers(ours)]
    assert stored.count(run.pk) == COLUMNS
    assert stored.index(asked[0].run_id) <= 1 + 2 * AT_A_TIME
    part = the_part(asked[0].run)
    assert (part.state, part.is_warm, part.prefill_seconds) == (PartState.DONE, True, 0)
    assert (part.tokens, part.tokens_read) == (the_part(run).tokens,) * 2
    for job in (the_job(run), the_job(asked[0].run)):
        assert (job.state, job.attempt) == (JobState.DONE, 1)
    with as_job(ours):
        assert Finding.objects.count() == 2 * COLUMNS


def test_columns_join_a_question_that_is_being_asked_and_become_findings(
    ours: Matter, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry, run = ask(ours, ada), put_columns(ours, ada)
    worker = Worker()
    worker.work_off()

    assert len(worker.turns) == 1
    assert the_part(inquiry.run).state == the_part(run).state == PartState.DONE
    with as_job(ours):
        assert Finding.objects.count() == 2 * COLUMNS
        assert CaseAnswer.objects.count() == COLUMNS + 1


def test_answers_are_the_same_whoever_came_in_between(
    ours: Matter, theirs: Matter, ada: User, dan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both matters hold the same words, and only one of them is joined."""
    put_columns(ours, ada)
    when_answered(2, lambda: ask(ours, ada), monkeypatch)
    Worker().work_off()
    put_columns(theirs, dan)
    Worker().work_off()

    def said(matter: Matter) -> list[tuple[Any, ...]]:
        with as_job(matter):
            rows = CaseAnswer.objects.exclude(question=None).select_related("question")
            return sorted(
                (row.question.key, row.state, row.reason, [quote.quote for quote in row.quotes.all()])
                for row in rows
                if row.question
            )

    assert said(ours) == said(theirs)
    assert len(said(ours)) == COLUMNS


def test_a_question_that_joined_and_is_called_off_leaves_and_the_run_goes_on(
    ours: Matter, ada: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, inquiry = put_columns(ours, ada), ask(ours, ben)
    joined: list[str] = []

    def call_off() -> None:
        joined.append(the_job(inquiry.run).state)
        with as_person(ben):
            cancel_inquiry(inquiry, by=ben)

    when_answered(1, call_off, monkeypatch)
    read_case_task(str(the_job(run).pk))

    assert joined == [JobState.LEASED]
    assert the_part(inquiry.run).state == PartState.CANCELLED
    assert {answer.part.run_id for answer in answers(ours)} == {run.pk}
    assert (the_part(run).state, len(answers(ours))) == (PartState.DONE, COLUMNS)


def test_one_that_cannot_be_let_in_strands_nobody_who_joined_just_before(
    ours: Matter, ada: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, first = put_columns(ours, ada), ask(ours, ben)
    ask(ours, ben, "Who is the landlord?")
    taken: list[Any] = []

    def claimed(job_id: Any, *given: Any) -> Any:
        taken.append(job_id)
        if len(taken) > 1:
            raise RuntimeError
        return claim(job_id, *given)

    monkeypatch.setattr(ask_case_file, "claim", claimed)
    read_case_task(str(the_job(run).pk))
    assert taken[0] == the_job(first.run).pk
    job = the_job(first.run)
    assert (job.state, the_part(first.run).state) == (JobState.QUEUED, PartState.PENDING)


def test_a_run_that_is_cancelled_leaves_a_question_that_had_joined_to_be_answered(
    ours: Matter, ada: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, inquiry = put_columns(ours, ada), ask(ours, ben)
    joined: list[str] = []

    def cancel() -> None:
        joined.append(the_job(inquiry.run).state)
        with as_person(ada):
            cancel_run(access_run(ada, run.pk, to="review"), by=ada)

    when_answered(1, cancel, monkeypatch)
    read_case_task(str(the_job(run).pk))

    assert joined == [JobState.LEASED]
    assert the_part(run).state == PartState.CANCELLED
    assert the_part(inquiry.run).state == PartState.DONE
    assert [answer.part.run_id for answer in answers(ours)] == [run.pk, inquiry.run_id]


def test_an_urgent_question_in_another_matter_is_answered_before_a_long_run_has_ended(
    ours: Matter, theirs: Matter, ada: User, dan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = put_columns(ours, ada)
    asked: list[Inquiry] = []
    when_answered(1, lambda: asked.append(ask(theirs, dan)), monkeypatch)
    waiting: list[tuple[int, str]] = []

    def look() -> None:
        with as_job(ours):
            view = run_view(CaseRun.objects.select_related("profile").get(pk=run.pk))
            waiting.append((view.answered, view.cause))

    worker = Worker(between=look)
    worker.work_off()

    ours_first, theirs_next, ours_again = worker.turns
    assert (ours_first, theirs_next) == (ours_again, the_job(asked[0].run).pk)
    answered, cause = waiting[0]
    assert 1 <= answered <= 2 * AT_A_TIME
    assert cause == f"Making room for others: {answered} of {COLUMNS} answered."
    assert waiting[-1] == (COLUMNS, "")
    assert answers(theirs)[0].created_at < answers(ours)[-1].created_at
    job = the_job(run)
    assert (job.state, job.attempt) == (JobState.DONE, 1)  # making room is no failed attempt
    assert len(answers(ours)) == len({answer.recipe_hash for answer in answers(ours)}) == COLUMNS
    part = the_part(run)
    assert part.prefill_seconds > 0
    assert sum(answer.prefill_seconds for answer in answers(ours)) == pytest.approx(
        part.prefill_seconds, rel=0.05
    )


def test_two_matters_with_much_to_ask_take_turns_and_neither_is_far_ahead(
    ours: Matter, theirs: Matter, ada: User, dan: User
) -> None:
    runs = [put_columns(ours, ada), put_columns(theirs, dan)]
    worker = Worker()
    worker.work_off()

    first, second = (the_job(run).pk for run in runs)
    assert worker.turns[:6] == [first, second] * 3
    assert [the_part(run).state for run in runs] == [PartState.DONE] * 2
    both = sorted([*answers(ours), *answers(theirs)], key=lambda answer: answer.created_at)
    ahead = 0
    for answer in both[: 2 * COLUMNS - AT_A_TIME]:
        ahead += 1 if answer.part.run_id == runs[0].pk else -1
        assert abs(ahead) <= 2 * AT_A_TIME
    for matter in (ours, theirs):
        assert len({answer.recipe_hash for answer in answers(matter)}) == len(answers(matter)) == COLUMNS


def test_while_it_reads_each_turn_goes_on_where_the_last_one_ended(
    ours: Matter, theirs: Matter, ada: User, dan: User
) -> None:
    runs = [put_columns(ours, ada, 1), put_columns(theirs, dan, 1)]
    read: dict[Any, list[int]] = {run.pk: [] for run in runs}

    def look() -> None:
        for run in runs:
            read[run.pk].append(the_part(run).tokens_read)

    Worker(between=look).work_off()
    for run in runs:
        total = the_part(run).tokens
        steps = [tokens for tokens in dict.fromkeys(read[run.pk]) if tokens]
        assert steps == [*range(64, total, 64), total]  # a chunk a turn, and none twice


def test_what_earlier_turns_of_a_run_read_is_not_told_as_restored_however_it_came_back(
    ours: Matter, theirs: Matter, ada: User, dan: User
) -> None:
    runs = [put_columns(ours, ada, 1), put_columns(theirs, dan, 1)]
    Worker(between=engine.close_whole_reader).work_off()
    for run in runs:
        part = the_part(run)
        assert (part.tokens_read, part.tokens_restored) == (part.tokens, 0)
        assert part.restore_seconds > 0


def test_a_matter_alone_makes_room_for_nobody(ours: Matter, ada: User) -> None:
    put_columns(ours, ada)
    worker = Worker()
    worker.work_off()
    assert len(worker.turns) == 1


def test_a_turn_lasts_a_while_however_many_wait(ours: Matter, theirs: Matter, ada: User, dan: User) -> None:
    put_columns(ours, ada, 3)
    put_columns(theirs, dan, 3)
    ask(theirs, dan)
    worker = Worker()
    with override_settings(READER_TURN_SECONDS=3600):
        worker.work_off()
    assert len(worker.turns) == 2  # the question, with the columns of its matter, then the other matter


def test_two_that_push_each_other_out_of_memory_get_through_all_the_same(
    matter: Matter, other_matter: Matter, ada: User, dan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window holds one of their case files: each turn finds nothing left of the one before."""
    monkeypatch.setattr(giving_way, "time", time)
    crowded = [matter_of(matter, ada, window=600), matter_of(other_matter, dan, window=600)]
    runs = [put_columns(crowded[0], ada, 4), put_columns(crowded[1], dan, 4)]
    worker = Worker()
    worker.work_off(at_most=40)

    assert [the_part(run).state for run in runs] == [PartState.DONE] * 2
    assert [len(answers(each)) for each in crowded] == [4, 4]
    assert len(worker.turns) > 2


def test_a_part_that_lost_a_worker_joins_nobody(ours: Matter, ada: User, ben: User) -> None:
    """What killed the worker must not befall those beside it."""
    put_columns(ours, ada)
    inquiry = ask(ours, ben)
    with as_job(ours):
        Job.objects.filter(kind=JobKind.INQUIRE).update(attempt=1)
        job_id = Job.objects.get(kind=JobKind.READ_CASE).pk
    with override_settings(READER_TURN_SECONDS=3600):
        read_case_task(str(job_id))
    assert the_part(inquiry.run).state == PartState.PENDING
    assert len(answers(ours)) == COLUMNS
