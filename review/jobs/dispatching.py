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
HINTS_A_ROUND = 200


@dataclass(frozen=True, slots=True)
class Route:
    """Where a job belongs, which is all that may be known before its context is set."""

    organization_id: UUID
    matter_id: UUID
    kind: JobKind
    state: JobState


def route(job_id: UUID) -> Route | None:
    """The organization and matter of a job, or None for an unknown id."""
    rows = _ask("SELECT organization_id, matter_id, kind, state FROM jobs_job WHERE id = %s", [job_id])
    return Route(rows[0][0], rows[0][1], JobKind(rows[0][2]), JobState(rows[0][3])) if rows else None


def due_hints() -> list[tuple[UUID, str, str]]:
    """Jobs to hint at now as (job id, task name, queue), marked as hinted; several dispatchers never share one."""
    rows = _ask(
        """
        UPDATE jobs_job SET hinted_at = now() WHERE id IN (
            SELECT id FROM jobs_job
             WHERE (state IN ('queued', 'failed-retryable') OR (state = 'quarantined' AND NOT settled))
               AND (not_before IS NULL OR not_before <= now())
               AND (hinted_at IS NULL OR hinted_at < now() - make_interval(secs => %s))
             ORDER BY priority, created_at LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING id, kind
        """,
        [HINT_AGAIN_AFTER, HINTS_A_ROUND],
    )
    return [(job_id, *TASKS[JobKind(kind)]) for job_id, kind in rows]


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


def _ask(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
