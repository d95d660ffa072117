"""What every task does around its own step: claim, heartbeat, and turn an exception into a cause."""

import logging
import threading
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, close_old_connections, connections

from .dispatching import route
from .errors import Hopeless, LeaseLost, NotNow
from .models import JobState
from .services import Claimed, claim, extend, give_back, postpone, quarantine

log = logging.getLogger(__name__)

Step = Callable[[Claimed], None]
Settle = Callable[[UUID, UUID, UUID | None], None]  # job, organization, matter


def work(job_id: str, step: Step, *, settle: Settle) -> None:
    """Do one job if it is due: `step` works outside any transaction and ends with `finish`.

    A quarantined job is given to `settle`, which tells its document. Safe to call at any time, any number of times.
    """
    close_old_connections()
    where = route(UUID(job_id))
    if where is None:
        return
    if where.state == JobState.QUARANTINED:
        settle(UUID(job_id), where.organization_id, where.matter_id)
        return
    job = claim(UUID(job_id), where.organization_id, where.matter_id)
    if job is None:
        return
    try:
        with Heartbeat(job):
            step(job)
    except LeaseLost:
        log.warning("job %s: another worker has it now; nothing was written", job.id)
    except NotNow as missing:
        postpone(job, missing.sentence, missing.seconds)
    except Hopeless as hopeless:
        if quarantine(job, hopeless.sentence):
            settle(job.id, job.organization_id, job.matter)
    except OperationalError:
        # The database went away: the lease will run out and the job comes back by itself.
        log.warning("job %s: the database went away", job.id)
        raise
    except Exception as failure:
        # The class names the failure; its message could hold text of the document, so it is not kept.
        log.error(
            "job %s (%s) failed at attempt %d: %s", job.id, job.kind, job.attempt, type(failure).__name__
        )
        state = give_back(job, f"It failed while being worked on ({type(failure).__name__}).")
        if state == JobState.QUARANTINED:
            settle(job.id, job.organization_id, job.matter)


class Heartbeat:
    """Renews the lease from a thread of its own while the step works."""

    def __init__(self, job: Claimed) -> None:
        self._job = job
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(settings.JOB_LEASE_SECONDS / 4):
                try:
                    if not extend(self._job):
                        return
                except OperationalError:
                    close_old_connections()
        finally:
            connections.close_all()
