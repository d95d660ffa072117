"""The dispatcher's side: send hints for work that is due, and return leases that ran out.

Connects as the role `dispatcher`, which sees the routing columns of jobs and nothing else. Any number may run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import connections

from .models import TASKS, JobKind, JobState

HINT_AGAIN_AFTER = 20  # seconds: a lost message costs this much and nothing else
# A message cannot be called back, so the crowd waits here, where the urgent pass it and the matters take turns. What
# readers do may take minutes each.
HINTS_OUT = {"cpu": 64, "reader": 4}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a job belongs, which is all that may be known before its context is set."""

    organization_id: UUID
    matter_id: UUID | None  # none: of the firm as a whole
    kind: JobKind
    state: JobState


def route(job_id: UUID) -> Route | None:
    """The organization and matter of a job, or None for an unknown id."""
    rows = _ask("SELECT organization_id, matter_id, kind, state FROM jobs_job WHERE id = %s", [job_id])
    return Route(rows[0][0], rows[0][1], JobKind(rows[0][2]), JobState(rows[0][3])) if rows else None


DUE = """
    kind = ANY(%(kinds)s)
    AND (state IN ('queued', 'failed-retryable') OR (state = 'quarantined' AND NOT settled))
    AND (not_before IS NULL OR not_before <= now())
"""
HINTED = "hinted_at >= now() - make_interval(secs => %(again)s)"
LANE = "coalesce(matter_id, organization_id)"  # a matter's, or that of what the firm does as a whole
SINCE = "greatest(created_at, not_before)"  # since when it waits: who made room for others comes behind them
# A lane's first job due has turn 1, its second turn 2; what it has in hand already puts it back by as much.
DUE_BY_TURN = f"""
    held AS (
        SELECT {LANE} AS lane, count(*) AS jobs FROM jobs_job
         WHERE kind = ANY(%(kinds)s) AND state = 'leased' GROUP BY 1),
    due AS (
        SELECT id, priority, created_at, {LANE} AS lane, {SINCE} AS since,
               row_number() OVER (PARTITION BY {LANE} ORDER BY priority, created_at) + coalesce(held.jobs, 0) AS turn
          FROM jobs_job LEFT JOIN held ON held.lane = {LANE} WHERE {DUE})
"""  # noqa: S608 -- constants of this file


def due_hints(at_most: int | None = None) -> list[tuple[UUID, str, str]]:
    """Jobs to hint at now as (job id, task name, queue), marked as hinted; several dispatchers never share one.

    The urgent go first, and among equals the matters take turns, however much one of them has due. No queue has more
    than `at_most` hints out that no worker has answered; None for what suits it.
    """
    hints = []
    for queue in sorted({queue for _, queue in TASKS.values()}):
        kinds = [kind.value for kind, (_, its_queue) in TASKS.items() if its_queue == queue]
        most = HINTS_OUT[queue] if at_most is None else at_most
        rows = _ask(
            f"""
            WITH {DUE_BY_TURN}
            UPDATE jobs_job SET hinted_at = now() WHERE id IN (
                SELECT id FROM jobs_job JOIN due USING (id) WHERE {DUE} AND (hinted_at IS NULL OR NOT {HINTED})
                 ORDER BY due.priority, due.turn, due.since
                 LIMIT greatest(0, %(most)s - (SELECT count(*) FROM jobs_job WHERE {DUE} AND {HINTED}))
                   FOR UPDATE OF jobs_job SKIP LOCKED)
            RETURNING id, kind
            """,  # noqa: S608 -- all parts are constants of this file
            {"kinds": kinds, "again": HINT_AGAIN_AFTER, "most": most},
        )
        hints += [(job_id, *TASKS[JobKind(kind)]) for job_id, kind in rows]
    return hints


Before = Literal["nobody", "equal", "urgent"]


def who_comes_before(job_id: UUID, kind: JobKind, *, waited: float, but_for: Sequence[UUID] = ()) -> Before:
    """Whose turn in its queue would come before that of a job in hand, if it were given back now.

    Of those due for at least so many seconds, which no worker has taken, `but_for` some: something more urgent, of
    whatever matter, or the equal of another matter.
    """
    kinds = [each.value for each, (_, queue) in TASKS.items() if queue == TASKS[kind][1]]
    rows = _ask(
        f"""
        WITH {DUE_BY_TURN},
        mine AS (SELECT id, priority, created_at, {LANE} AS lane FROM jobs_job WHERE id = %(job)s),
        back AS (
            SELECT lane, priority, coalesce((SELECT jobs FROM held WHERE held.lane = mine.lane), 1)
                 + (SELECT count(*) FROM due WHERE due.lane = mine.lane
                       AND (due.priority, due.created_at) < (mine.priority, mine.created_at)) AS turn
              FROM mine)
        SELECT bool_or(due.priority < back.priority) FROM due, back
         WHERE due.since <= now() - make_interval(secs => %(waited)s) AND due.id <> ALL(%(but_for)s)
           AND (due.priority < back.priority
                OR due.priority = back.priority AND due.lane <> back.lane AND due.turn <= back.turn)
        """,  # noqa: S608 -- all parts are constants of this file
        {"kinds": kinds, "job": job_id, "waited": waited, "but_for": list(but_for)},
    )
    is_urgent = rows[0][0]
    return "nobody" if is_urgent is None else "urgent" if is_urgent else "equal"


def reap() -> int:
    """Return jobs whose lease ran out; after the last attempt they are quarantined. Returns how many.

    A job that is being finished is locked and left alone: entering a large archive may take longer than a lease.
    """
    rows = _ask(
        """
        UPDATE jobs_job SET
            state = CASE WHEN attempt >= %s THEN 'quarantined' ELSE 'failed-retryable' END,
            error = 'The worker stopped while it had this file, '
                 || CASE WHEN attempt >= %s THEN 'each time it tried.' ELSE 'and it will be tried again.' END,
            finished_at = CASE WHEN attempt >= %s THEN now() END,
            lease_token = NULL, lease_until = NULL, hinted_at = NULL, not_before = now()
         WHERE id IN (
            SELECT id FROM jobs_job WHERE state = 'leased' AND lease_until < now() FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
        [settings.JOB_ATTEMPTS] * 3,
    )
    return len(rows)


def hasten(job_ids: list[UUID]) -> int:
    """Have waiting jobs done now, whosever they are: whoever asks learns nothing of them. Returns how many waited."""
    rows = _ask(
        "UPDATE jobs_job SET not_before = now(), hinted_at = NULL WHERE id = ANY(%s) AND state = 'queued' RETURNING id",
        [job_ids],
    )
    return len(rows)


def _ask(sql: str, parameters: list[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
