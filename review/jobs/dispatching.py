"""The dispatcher's side: send hints for work that is due, and return leases that ran out.

Connects as the role `dispatcher`, which sees the routing columns of jobs and nothing else. Any number may run.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from .models import TASKS, JobKind, JobState

HINT_AGAIN_AFTER = 20  # seconds: a lost message costs this much and nothing else
HINTS_OUT = 64  # a queue: a message cannot be called back, so the crowd waits here, where the urgent pass it


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


def due_hints(at_most: int = HINTS_OUT) -> list[tuple[UUID, str, str]]:
    """Jobs to hint at now as (job id, task name, queue), marked as hinted; several dispatchers never share one.

    No queue has more than `at_most` hints out that no worker has answered.
    """
    hints = []
    for queue in sorted({queue for _, queue in TASKS.values()}):
        kinds = [kind.value for kind, (_, its_queue) in TASKS.items() if its_queue == queue]
        rows = _ask(
            f"""
            UPDATE jobs_job SET hinted_at = now() WHERE id IN (
                SELECT id FROM jobs_job WHERE {DUE} AND (hinted_at IS NULL OR NOT {HINTED})
                 ORDER BY priority, created_at
                 LIMIT greatest(0, %(most)s - (SELECT count(*) FROM jobs_job WHERE {DUE} AND {HINTED}))
                   FOR UPDATE SKIP LOCKED)
            RETURNING id, kind
            """,  # noqa: S608 -- both parts are constants of this file
            {"kinds": kinds, "again": HINT_AGAIN_AFTER, "most": at_most},
        )
        hints += [(job_id, *TASKS[JobKind(kind)]) for job_id, kind in rows]
    return hints


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


def _ask(sql: str, parameters: list[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
