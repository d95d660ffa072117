"""Keeps readings of one model under budgets: who is used is on the device, who waits leaves it for another.

Least recently used leave first: to main memory, from there to the disk where all of it is saved, else for good. Who is
pinned leaves last and never for good. A pin is promised only where main memory or the disk will have it, so pins never
stand in the way of a new reading. Every move is told once. Knows no tensors, no texts and no clock of its own.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Generic

from .budgets import Limits
from .entry import Entry, R, bytes_of
from .moves import K, Kept, Move, Place, Why
from .refused import NoRoom, PinRefused


class Keeper(Generic[K, R]):
    """Readings by key; `tell` hears every move at once, `clock` tells seconds."""

    def __init__(
        self,
        limits: Limits,
        tell: Callable[[Move[K]], None] = lambda move: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._limits, self._tell, self._clock = limits, tell, clock
        self._entries: OrderedDict[K, Entry[K, R]] = OrderedDict()  # least recently used first
        self._lock = RLock()

    @property
    def limits(self) -> Limits:
        """What may be kept where."""
        return self._limits

    def bytes_in(self, place: Place) -> int:
        """What is kept there takes so many bytes of memory."""
        with self._lock:
            return bytes_of(self._in(place))

    def statement(self) -> tuple[Kept[K], ...]:
        """What is kept, least recently used first."""
        with self._lock:
            return tuple(entry.told(self._clock()) for entry in self._entries.values())

    @contextmanager
    def using(self, key: K, begin: Callable[[], R]) -> Iterator[R]:
        """A reading on the device while it is used; `begin` makes it where it is not kept in memory.

        One that is larger than the budget is worked with all the same, and stays until another comes or `tidy`.
        Raises NoRoom, after which nothing has moved, and what `begin` raises.
        """
        entry, reading = self._take(key, begin)
        try:
            yield reading
        finally:
            self._put_back(entry)

    def pin(self, key: K, until: float) -> bool:
        """Promise that it stays, until a moment or, math.inf, without end; False where no such reading is kept.

        Raises PinRefused where neither main memory nor the disk could have all that are pinned.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.unwanted:
                return False
            if not entry.is_on_disk:
                pinned = bytes_of(each for each in self._bound() if each is not entry)
                if pinned + entry.bytes > self._limits.memory:
                    raise PinRefused(entry.bytes, max(0, self._limits.memory - pinned))
            entry.pinned_until = until
            return True

    def unpin(self, key: K) -> bool:
        """Take the promise back; False where no such reading is kept."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                entry.pinned_until = None
            return entry is not None

    def let_go(self, wanted: Callable[[K], bool]) -> None:
        """Forget these, pinned or not, those in use as soon as they are not; what is saved on the disk stays there."""
        with self._lock:
            for entry in [each for each in self._entries.values() if wanted(each.key)]:
                entry.unwanted = True
                if not entry.users:
                    self._move(entry, "gone", "let go")

    def tidy(self) -> None:
        """End what was not used for its lifetime, hold the budgets, forget of the disk what lies there no more."""
        with self._lock:
            now, lifetime = self._clock(), self._limits.lifetime
            for entry in list(self._entries.values()):
                if entry.place == "disk":
                    if not entry.is_on_disk:
                        self._move(entry, "gone", "deleted")
                elif lifetime is not None and now - entry.last_used >= lifetime and self._is_free(entry):
                    self._drop(entry, "lifetime")
            self._shrink()

    def keep_within(self, limits: Limits) -> None:
        """Other budgets from now on; what is pinned and can go nowhere else stays, even above them."""
        with self._lock:
            self._limits = limits
            self._shrink()

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            for entry in list(self._entries.values()):
                self._drop(entry, "closed")
            self._entries.clear()

    def _take(self, key: K, begin: Callable[[], R]) -> tuple[Entry[K, R], R]:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.reading is None:
                entry = self._begun(key, begin(), entry)
            reading = entry.reading
            assert reading is not None  # only who is on the disk has none
            if entry.place != "device":
                self._make_room(entry)
                if entry.place == "memory":
                    reading.return_to_device()
                self._entries[key] = entry
                self._move(entry, "device", "used")
            entry.users += 1
            self._touch(entry)
            return entry, reading

    def _begun(self, key: K, reading: R, before: Entry[K, R] | None) -> Entry[K, R]:
        """A new entry, which is not in the book yet."""
        entry = Entry(key, "gone", reading, before.pinned_until if before else None)
        if entry.is_on_disk:
            entry.place = "disk"
        elif before is not None:  # what was saved lies there no more
            self._move(before, "gone", "deleted")
        return entry

    def _put_back(self, entry: Entry[K, R]) -> None:
        with self._lock:
            entry.users -= 1
            if self._entries.get(entry.key) is not entry:  # the keeper was closed meanwhile
                return
            self._touch(entry)
            if entry.unwanted and not entry.users:
                self._move(entry, "gone", "let go")

    def _touch(self, entry: Entry[K, R]) -> None:
        entry.last_used = self._clock()
        self._entries.move_to_end(entry.key)

    def _make_room(self, entry: Entry[K, R]) -> None:
        """Let others leave the device for this one; raises NoRoom before anybody has."""
        limit = max(self._limits.device, entry.bytes)
        leaving = self._leaving(limit - entry.bytes, entry)
        left = self.bytes_in("device") - bytes_of(leaving)
        if left > limit - entry.bytes:
            raise NoRoom(entry.bytes, max(0, limit - left))
        for other in leaving:
            self._leave_device(other, "room", entry)

    def _leaving(self, most: int, room_for: Entry[K, R] | None) -> list[Entry[K, R]]:
        """Who leaves the device so that no more than `most` bytes stay there, as far as that can be."""
        over = self.bytes_in("device") - most
        room = self._limits.memory - self._bound_in_memory(room_for)
        leaving: list[Entry[K, R]] = []
        for entry in self._idle("device"):
            if over <= 0:
                break
            if self._is_bound(entry):
                if entry.bytes > room:
                    continue
                room -= entry.bytes
            leaving.append(entry)
            over -= entry.bytes
        return leaving

    def _leave_device(self, entry: Entry[K, R], why: Why, room_for: Entry[K, R] | None) -> None:
        """To main memory where that can have it, beside those that must stay there, else out of it."""
        coming = room_for.bytes if room_for and room_for.place == "memory" else 0  # it leaves in exchange
        most = self._limits.memory + coming - entry.bytes
        if self._bound_in_memory(room_for) + coming > most:
            self._drop(entry, why, room_for)
            return
        self._shrink_memory(most, why, room_for)
        assert entry.reading is not None
        entry.reading.leave_device()
        self._move(entry, "memory", why, room_for)

    def _shrink(self) -> None:
        """Hold the budgets with what is idle."""
        for entry in self._leaving(self._limits.device, None):
            self._leave_device(entry, "budget", None)
        self._shrink_memory(self._limits.memory, "budget", None)

    def _shrink_memory(self, most: int, why: Why, room_for: Entry[K, R] | None) -> None:
        for entry in self._idle("memory"):
            if self.bytes_in("memory") <= most:
                break
            if entry is not room_for and not self._is_bound(entry):
                self._drop(entry, why, room_for)

    def _drop(self, entry: Entry[K, R], why: Why, room_for: Entry[K, R] | None = None) -> None:
        """To the disk where all of it is saved, else for good."""
        if entry.place != "disk":
            self._move(entry, "disk" if entry.is_on_disk else "gone", why, room_for)

    def _move(self, entry: Entry[K, R], after: Place, why: Why, room_for: Entry[K, R] | None = None) -> None:
        before, entry.place = entry.place, after
        if after in ("disk", "gone"):
            entry.leave_memory()
        if after == "gone":
            self._entries.pop(entry.key, None)
        self._tell(Move(entry.key, before, after, why, entry.bytes, room_for.key if room_for else None))

    def _in(self, place: Place) -> list[Entry[K, R]]:
        return [entry for entry in self._entries.values() if entry.place == place]

    def _idle(self, place: Place) -> list[Entry[K, R]]:
        """Who can leave a place, in the order in which they do: pinned ones after all others."""
        now = self._clock()
        idle = (entry for entry in self._in(place) if not entry.users)
        return sorted(idle, key=lambda entry: entry.is_pinned(now))

    def _is_free(self, entry: Entry[K, R]) -> bool:
        return not entry.users and not entry.is_pinned(self._clock())

    def _is_bound(self, entry: Entry[K, R]) -> bool:
        """Whether memory is the only place for it besides the device."""
        return entry.is_pinned(self._clock()) and not entry.is_on_disk

    def _bound(self) -> list[Entry[K, R]]:
        return [entry for entry in self._entries.values() if entry.place != "disk" and self._is_bound(entry)]

    def _bound_in_memory(self, but: Entry[K, R] | None) -> int:
        return bytes_of(entry for entry in self._bound() if entry.place == "memory" and entry is not but)
