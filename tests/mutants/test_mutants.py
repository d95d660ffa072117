"""Each barrier that keeps work from being lost, doubled or overwritten is taken away, and a named test must notice.

A barrier that no test misses is not known to be there.
"""

from collections.abc import Iterator

import pytest

from .copies import Copy, Mutant, changed

SERVICES = "review/jobs/services.py"
DISPATCHING = "review/jobs/dispatching.py"
WORK = "review/jobs/work.py"
FINDINGS = "review/findings/services.py"

JOB = "tests/review/jobs/test_a_job.py"
FENCE = "tests/review/jobs/test_fence.py"
HINTS = "tests/review/jobs/test_hints.py"
AT_WORK = "tests/review/jobs/test_work.py"
DECIDING = "tests/review/findings/test_deciding.py"

LATE = f"{FENCE}::test_a_late_step_changes_nothing_and_the_next_worker_is_not_hindered[finishes-finishes]"

MUTANTS = [
    Mutant("the fence is gone", SERVICES, ", lease_token=job.token)", ")", LATE),
    Mutant(
        "whoever once had a job may finish it",
        SERVICES,
        "filter(pk=job.id, state=JobState.LEASED, ",
        "filter(pk=job.id, ",
        f"{JOB}::test_a_job_given_back_cannot_be_finished_by_who_gave_it_back",
    ),
    Mutant("finishing does not look", SERVICES, "if not finished:", "if False:", LATE),
    Mutant(
        "two may claim",
        SERVICES,
        "filter(pk=job_id, state__in=CLAIMABLE)",
        "filter(pk=job_id)",
        f"{JOB}::test_a_claimed_job_is_nobody_elses",
    ),
    Mutant(
        "a kill does not count",
        SERVICES,
        'attempt=F("attempt") + 1',
        'attempt=F("attempt")',
        f"{JOB}::test_three_killed_workers_quarantine_a_job_with_its_cause",
    ),
    Mutant(
        "a missing processor counts",
        SERVICES,
        'attempt=F("attempt") - 1',
        'attempt=F("attempt")',
        f"{JOB}::test_something_missing_outside_costs_no_attempt",
    ),
    Mutant(
        "a failure is tried for ever",
        SERVICES,
        "job.attempt >= settings.JOB_ATTEMPTS",
        "False",
        f"{JOB}::test_after_three_attempts_a_job_is_quarantined",
    ),
    Mutant(
        "a failure is tried at once",
        SERVICES,
        "Q(not_before=None) | Q(not_before__lte=now)",
        "Q()",
        f"{JOB}::test_a_failed_attempt_is_tried_again_later_not_at_once",
    ),
    Mutant(
        "the reaper takes living leases",
        DISPATCHING,
        " AND lease_until < now()",
        "",
        f"{JOB}::test_the_reaper_leaves_a_living_lease_alone",
    ),
    Mutant(
        "a killer of workers runs for ever",
        DISPATCHING,
        "CASE WHEN attempt >= %s THEN 'quarantined'",
        "CASE WHEN attempt > 1000 + %s THEN 'quarantined'",
        f"{JOB}::test_three_killed_workers_quarantine_a_job_with_its_cause",
    ),
    Mutant(
        "a lost hint stays lost",
        DISPATCHING,
        " OR NOT {HINTED})",
        ")",
        f"{HINTS}::test_a_hint_that_the_broker_lost_goes_out_again",
    ),
    Mutant(
        "hints are not marked",
        DISPATCHING,
        "SET hinted_at = now() WHERE",
        "SET hinted_at = hinted_at WHERE",
        f"{HINTS}::test_a_hint_is_not_sent_again_at_once",
    ),
    Mutant(
        "a queue is flooded",
        DISPATCHING,
        "WHERE {DUE} AND {HINTED}))",
        "WHERE false))",
        f"{HINTS}::test_a_queue_is_not_flooded_and_what_is_urgent_goes_first",
    ),
    Mutant(
        "a late worker gives up for the next one",
        WORK,
        "if quarantine(job, hopeless.sentence):",
        "if quarantine(job, hopeless.sentence) or True:",
        f"{AT_WORK}::test_a_late_worker_cannot_give_up_what_another_one_has",
    ),
    Mutant(
        "two reviewers decide at once",
        FINDINGS,
        "take_turn(Turn.ROW, finding.pk)",
        "pass",
        f"{DECIDING}::test_of_two_who_settle_at_the_same_moment_one_is_told",
    ),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = Copy(tmp_path_factory.mktemp("copy"))
    yield made
    made.close()


def test_the_unchanged_copy_passes_every_test_that_a_mutant_must_fail(copy: Copy) -> None:
    status, log = copy.run(*sorted({mutant.killer for mutant in MUTANTS}))
    assert status == 0, log


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what)
def test_a_missing_barrier_is_noticed(copy: Copy, mutant: Mutant) -> None:
    with changed(copy.folder, mutant):
        status, log = copy.run(mutant.killer)
    # 1: tests ran and one failed. Anything else is an error of ours, and proves nothing.
    assert status == 1, log
    assert "1 failed" in log
