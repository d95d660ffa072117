"""What a run took and cost: every second that its reading took is in it once, whatever became of the reading."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from review import engine
from review.accounts.models import User
from review.findings.tasks import read_case_task
from review.matters.models import Matter
from review.readers.money import cost_in_words
from review.readings.access import access_run
from review.readings.figures import Figures, figures_of_matter, figures_of_run
from review.readings.models import CaseAnswer, CasePart, CaseRun, PartState
from review.readings.services import cancel_run, resume_run
from tests.cast import as_job, as_person

from .test_sharing_a_reader import Worker, ask, matter_of, put_columns, the_job, the_part, when_answered

PRICE, CURRENCY = 240_000, "GBP"  # of a device hour, in pence: a hundredth of a second is seen in it
pytestmark = pytest.mark.usefixtures("by_order")


@pytest.fixture
def ours(matter: Matter, ada: User) -> Matter:
    return matter_of(matter, ada, price_minor=PRICE, currency=CURRENCY)


@pytest.fixture
def theirs(other_matter: Matter, dan: User) -> Matter:
    return matter_of(other_matter, dan)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Seconds that the reader was at a matter's case file, by a clock of the test's own."""
    seconds: dict[str, float] = {}
    real = engine.read_case

    def timed(spec: Any, case: Any, *given: Any) -> Any:
        begun = time.monotonic()
        try:
            return real(spec, case, *given)
        finally:
            seconds[case.matter] = seconds.get(case.matter, 0.0) + time.monotonic() - begun

    monkeypatch.setattr(engine, "read_case", timed)
    return seconds


def halfway(event: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, *, share: float = 0.5) -> None:
    """Let something happen once, when half of the next case file has been read, or another share."""
    real = engine.read_case

    def read_case(spec: Any, case: Any, progress: Any, *looks: Any) -> Any:
        def told(done: int, total: int) -> None:
            progress(done, total)
            if done >= share * total and engine.read_case is read_case:
                monkeypatch.setattr(engine, "read_case", real)
                event()

        return real(spec, case, told, *looks)

    monkeypatch.setattr(engine, "read_case", read_case)


def cancel(run: CaseRun, by: User) -> None:
    with as_person(by):
        cancel_run(access_run(by, run.pk, to="review"), by=by)


def figures(run: CaseRun) -> Figures:
    with as_job(run):
        return figures_of_run(run.pk)


def shares(run: CaseRun) -> float:
    with as_job(run):
        return sum(CaseAnswer.objects.filter(part__run=run).values_list("prefill_seconds", flat=True))


def read_seconds(part: CasePart) -> float:
    return part.prefill_seconds + part.restore_seconds


def test_a_run_that_gives_way_while_it_is_read_costs_all_of_its_turns(
    ours: Matter, theirs: Matter, ada: User, dan: User, reading: dict[str, float]
) -> None:
    """Nothing of a turn is in memory at the next, so the reader itself remembers the last one alone."""
    run = put_columns(ours, ada, 2)
    put_columns(theirs, dan, 1)
    worker = Worker(between=engine.close_whole_reader)
    worker.work_off()

    assert worker.turns.count(the_job(run).pk) > 2
    part, took = the_part(run), figures(run)
    assert part.state == PartState.DONE
    assert 0.5 < read_seconds(part) / reading[str(ours.pk)] < 1.5
    assert shares(run) == took.reading_seconds == pytest.approx(read_seconds(part))
    assert (took.unpaid_seconds, took.cost) == (0, took.answers_cost)
    assert took.cost == cost_in_words(read_seconds(part) + took.seconds, PRICE, CURRENCY)


def test_a_run_that_is_cancelled_halfway_through_its_reading_costs_that_half(
    ours: Matter, ada: User, ada_browser: Browser, reading: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = put_columns(ours, ada, 2)
    halfway(lambda: cancel(run, ada), monkeypatch)
    read_case_task(str(the_job(run).pk))

    part, took = the_part(run), figures(run)
    assert part.state == PartState.CANCELLED
    assert 0 < part.tokens_read < part.tokens
    assert 0.5 < part.prefill_seconds / reading[str(ours.pk)] < 1.5
    assert (took.answers, took.unpaid_seconds) == (0, took.device_seconds)
    assert took.unpaid_seconds == pytest.approx(part.prefill_seconds)
    assert took.cost == took.unpaid_cost == cost_in_words(part.prefill_seconds, PRICE, CURRENCY)
    page = ada_browser.get(f"/runs/{run.pk}/").content.decode()
    for what in ("Cost", "Of that, reading charged to no answer"):
        assert f'{what}</th><td class="number">–</td><td class="number">{took.cost}</td>' in page
    listed = ada_browser.get(f"/matters/{ours.pk}/runs/").content.decode()
    assert f"{took.cost} of it for reading charged to no answer" in listed


def test_a_run_that_goes_on_has_its_answers_pay_for_what_was_read_before_it_was_cancelled(
    ours: Matter, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = put_columns(ours, ada, 2)
    halfway(lambda: cancel(run, ada), monkeypatch)
    read_case_task(str(the_job(run).pk))
    half = the_part(run).prefill_seconds
    with as_person(ada):
        resume_run(access_run(ada, run.pk, to="review"), by=ada)
    read_case_task(str(the_job(run).pk))

    part, took = the_part(run), figures(run)
    assert (part.state, took.answers, took.unpaid_seconds) == (PartState.DONE, 2, 0)
    assert took.prefill_seconds == pytest.approx(read_seconds(part))
    assert read_seconds(part) > half


def test_what_another_run_had_read_is_told_as_restored_also_where_a_turn_was_broken_off_after_that(
    ours: Matter, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half is the other run's, a quarter this run's before it was cancelled; nothing is in memory in between."""
    other = put_columns(ours, ada, 1)
    halfway(lambda: cancel(other, ada), monkeypatch)
    read_case_task(str(the_job(other).pk))
    engine.close_whole_reader()
    run = put_columns(ours, ada, 1)
    halfway(lambda: cancel(run, ada), monkeypatch, share=0.75)
    read_case_task(str(the_job(run).pk))
    engine.close_whole_reader()
    with as_person(ada):
        resume_run(access_run(ada, run.pk, to="review"), by=ada)
    read_case_task(str(the_job(run).pk))

    part, a_chunk = the_part(run), 64
    assert part.state == PartState.DONE
    assert abs(part.tokens_restored - part.tokens / 2) <= 2 * a_chunk


def test_a_run_cancelled_while_it_is_asked_costs_its_answers_and_the_reading_they_did_not_pay_for(
    ours: Matter, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = put_columns(ours, ada)
    when_answered(1, lambda: cancel(run, ada), monkeypatch)
    read_case_task(str(the_job(run).pk))
    later = put_columns(ours, ada)
    read_case_task(str(the_job(later).pk))

    part, took = the_part(run), figures(run)
    assert 1 <= took.answers < part.questions
    assert took.prefill_seconds == pytest.approx(read_seconds(part) * took.answers / part.questions)
    assert took.reading_seconds == pytest.approx(read_seconds(part))
    assert took.cost == cost_in_words(took.device_seconds, PRICE, CURRENCY)
    assert the_part(later).is_warm
    assert figures(later).reading_seconds == 0  # it was read before, and has been charged once
    with as_job(ours):
        together = figures_of_matter(ours)
    assert together.device_seconds == pytest.approx(took.device_seconds + figures(later).device_seconds)


def test_who_reads_pays_and_who_is_asked_beside_it_does_not(ours: Matter, ada: User, ben: User) -> None:
    run, inquiry = put_columns(ours, ada), ask(ours, ben)
    Worker().work_off()
    first, beside = (run, inquiry.run) if the_part(run).prefill_seconds else (inquiry.run, run)
    assert figures(beside).answers > figures(beside).reading_seconds == 0
    assert shares(first) == pytest.approx(read_seconds(the_part(first)))
    assert figures(first).unpaid_seconds == 0
