"""What this process holds in memory, told to each matter, and what a matter wants gone, heard of it.

A thread beside the worker goes from matter to matter, each in a context and a transaction of its own, with nothing
in its hands but what this process keeps of that matter. So a page can tell a reading that a running worker holds from
one whose worker stopped; and a matter that was deleted, closed to machines or let go of leaves memory within seconds.
"""

import logging
import threading
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.utils import timezone

from review import engine
from review.matters.models import Matter
from review.tenancy.context import in_context

from .due_tidying import due_tidying
from .left_memory import left_memory
from .memory_use import tell_memory_use
from .models import KeptReading, Place, WhyMoved
from .note_kept import HELD, cases_of, locked, this_worker
from .reading_folders import delete_folder_of
from .tidy_readings import is_forbidden

log = logging.getLogger(__name__)

EVERY = 20.0  # seconds
PATIENCE = 5.0
UNHELD = (
    "Other pinned readings take the memory that is set aside, so it may have to be read again all the same."
)
Key = tuple[UUID, UUID, str]  # organization, matter, key of the case file
WHY = {
    "room": WhyMoved.ROOM,
    "budget": WhyMoved.SMALLER,
    "lifetime": WhyMoved.LIFETIME,
    "closed": WhyMoved.CLOSED,
}


class Tender:
    """Tends what one process holds; `tend` may be called by any thread, one at a time."""

    def __init__(self) -> None:
        self._known: dict[Key, UUID] = {}  # the row of each
        self._matters: set[tuple[UUID, UUID]] = (
            set()
        )  # also of what has no row: sections, and what a server reads
        self._replaced: dict[UUID, Key] = {}  # rows of readers that this process has closed since
        self._why: dict[Key, WhyMoved] = {}
        self._turn = threading.Lock()
        self._any = threading.Event()
        self._news = threading.Event()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def know_matter(self, organization: UUID, matter: UUID) -> None:
        """This process may hold anything of a matter from now on; it need not be tended at once."""
        self._matters.add((organization, matter))
        self._any.set()

    def know(self, reading: KeptReading, case_key: str) -> None:
        """This process holds a reading from now on."""
        key = (reading.organization_id, reading.matter_id, case_key)
        before = self._known.get(key, reading.pk)
        if before != reading.pk:  # one model a process: another reader read the same case file
            self._replaced[before] = key
            self._why.pop(key, None)
        self._replaced.pop(reading.pk, None)
        self._known[key] = reading.pk
        self._any.set()
        self._news.set()

    def start(self) -> None:
        """Tend from now on, in a thread of its own."""
        self._thread = threading.Thread(target=self._go_on, daemon=True, name="readings")
        self._thread.start()

    def stop(self) -> None:
        """Tend no more; comes back when the thread is at its end."""
        self._over.set()
        self._any.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def tend(self) -> None:
        """Go round once."""
        with self._turn:
            engine.tidy_cases()
            for moved in engine.what_moved():
                why = WHY.get(moved.why)
                if why:
                    self._why[(UUID(moved.organization), UUID(moved.matter), moved.key)] = why
            matters = dict.fromkeys(key[:2] for key in [*self._known, *self._replaced.values()])
            matters |= dict.fromkeys(self._matters.copy())
            for organization, matter in matters:
                self._tend_matter(organization, matter)
            for organization in dict.fromkeys(organization for organization, _ in matters):
                tell_memory_use(organization)

    def _go_on(self) -> None:
        self._any.wait()  # most processes never hold one
        while not self._over.is_set():
            try:
                self.tend()
            except Exception as trouble:  # whatever it was: who is not heard of is taken to have stopped
                log.warning("readings in memory could not be told of: %s", type(trouble).__name__)
            finally:
                connections.close_all()
            self._news.wait(EVERY)
            self._news.clear()  # what comes from here on is seen by the next round, or wakes it again

    def _tend_matter(self, organization: UUID, matter: UUID) -> None:
        rows, names = self._rows_of(organization, matter), (str(organization), str(matter))
        self._matters.discard((organization, matter))
        if engine.holds_cases(*names):  # asked after that: the worker may begin one at any time
            self._matters.add((organization, matter))
        # Before any row is locked: the keeper may be busy for long, and people wait for the rows.
        looked, kept = timezone.now(), {each.key: each for each in cases_of(organization, matter)}
        with in_context(organization, matter=matter):
            found = Matter.objects.select_related("client").filter(pk=matter).first()
            is_closed = found is None or is_forbidden(found)
            if found is not None and is_closed:
                due_tidying(found, now=True)
            readings = [(key, row, None if is_closed else locked(row)) for row, key in rows]
            unwanted = [
                key for key, row, reading in readings if not self._tell(key, row, reading, kept, looked)
            ]
        if found is None:  # whatever was saved in its last seconds
            delete_folder_of(organization, matter)
        if is_closed:
            engine.forget_cases(*names)
        for key in unwanted:
            engine.forget_cases(*names, key[2])
            self._forget(key)
        for key, row, reading in readings:
            if reading is not None and key[2] in kept and self._known.get(key) == row:
                self._pin(reading, kept[key[2]])

    def _rows_of(self, organization: UUID, matter: UUID) -> list[tuple[UUID, Key]]:
        """In the order of their ids, in which everybody locks them who locks several."""
        rows = {row: key for key, row in list(self._known.items())} | dict(list(self._replaced.items()))
        return sorted((row, key) for row, key in rows.items() if key[:2] == (organization, matter))

    def _tell(
        self,
        key: Key,
        row: UUID,
        reading: KeptReading | None,
        kept: dict[str, engine.KeptCase],
        looked: datetime,
    ) -> bool:
        """Tell a locked row where its reading was at a moment; False where nobody wants it in memory any more."""
        if self._known.get(key) != row:
            self._tell_replaced(row, reading)
            return True
        if reading is None or reading.is_unwanted:
            return False
        if reading.last_used_at < looked:  # else the worker has told it since
            self._tell_place(key, reading, kept.get(key[2]))
        return True

    def _tell_place(self, key: Key, reading: KeptReading, kept: engine.KeptCase | None) -> None:
        if kept is None or kept.place == Place.DISK:
            self._tell_left(key, reading)
            return
        if reading.worker != this_worker() and reading.is_held:  # another worker has it too, and says so
            return
        if kept.place == Place.MEMORY and reading.place != Place.MEMORY:
            reading.why, reading.moved_at = self._why.pop(key, WhyMoved.ROOM), timezone.now()
        reading.place, reading.memory_bytes = kept.place, kept.bytes
        reading.worker, reading.held_until = this_worker(), timezone.now() + HELD
        reading.save(update_fields=["place", "memory_bytes", "worker", "held_until", "why", "moved_at"])

    def _tell_replaced(self, row: UUID, reading: KeptReading | None) -> None:
        """Another reader took the place of the one that had read it."""
        self._replaced.pop(row, None)
        if reading is not None:
            left_memory(reading, WhyMoved.CLOSED)

    def _tell_left(self, key: Key, reading: KeptReading) -> None:
        """It left the memory of this process."""
        why = self._why.get(key, WhyMoved(reading.why))
        self._forget(key)
        left_memory(reading, why)

    def _pin(self, reading: KeptReading, kept: engine.KeptCase) -> None:
        """Let the keeper of this process know what people said of a pin."""
        names = (kept.organization, kept.matter, kept.key)
        try:
            if reading.is_pinned and kept.pinned_until != reading.pinned_until:
                engine.pin_case(*names, reading.pinned_until)
            elif kept.is_pinned and not reading.is_pinned:
                engine.unpin_case(*names)
        except engine.PinRefused:
            self._say(reading, f"{reading.trouble} {UNHELD}")
        else:
            self._say(reading, reading.trouble.replace(UNHELD, ""))

    def _say(self, reading: KeptReading, trouble: str) -> None:
        """Tell people whether their pin can be kept, beside why the reading is not saved."""
        if (UNHELD in trouble) != (UNHELD in reading.trouble):
            with in_context(reading.organization_id, matter=reading.matter_id):
                own = KeptReading.objects.filter(pk=reading.pk, trouble=reading.trouble)
                own.update(trouble=trouble.strip())

    def _forget(self, key: Key) -> None:
        self._known.pop(key, None)
        self._why.pop(key, None)


tender = Tender()
