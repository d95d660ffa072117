"""When a worker that has a case file in hand makes room for others. Knows time and turns, no reader and no question."""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from django.conf import settings

from review.jobs.dispatching import who_comes_before
from review.jobs.services import Claimed

EVERY = 1.0  # seconds between two looks
PATIENCE = 3.0  # seconds that others wait for a free worker first
AWAY = 1  # second that a part is out of the queue, so that no old message finds it before the others


class Turn:
    """One part's turn with the process: what is more urgent ends it after a while, what is as urgent when it is fair.

    Fair is a while of new work, and no less of it than it took to get back to where the last turn had ended: two who
    push each other's reading out of memory would else only ever read again. The while is READER_TURN_SECONDS.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._begun = time.monotonic()
        self._new_since: float | None = None
        self._looked = 0.0

    def does_new_work(self) -> None:
        """From now on, at the latest, comes what no earlier turn had done."""
        if self._new_since is None:
            self._new_since = time.monotonic()

    def should_end(self, job: Claimed, beside: Callable[[], Sequence[UUID]]) -> bool:
        """Whether others should have the process now, other than those that will be asked `beside` this part.

        It is looked up at most once a second, and final once it is so.
        """
        now = time.monotonic()
        if self.is_over or self._new_since is None or now - self._looked < EVERY:
            return self.is_over
        worked, least = now - self._new_since, settings.READER_TURN_SECONDS
        if worked < least:
            return False
        self._looked = now
        before = who_comes_before(job.id, job.kind, waited=PATIENCE, but_for=beside())
        is_fair = worked >= self._new_since - self._begun
        self.is_over = before == "urgent" or (before == "equal" and is_fair)
        return self.is_over
