"""Keeps readings of one model under budgets: who is used is on the device, who waits leaves it for another.

Least recently used leave first: to main memory, from there to the disk where all of it is saved, else for good. Who is
pinned leaves last and never for good. A pin is promised only where main memory or the disk will have it, so pins never
stand in the way of a new reading. Every move is told once. Knows no tensors and no texts.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Generic

from .book import Book
from .budgets import Limits
from .entry import Entry, R
from .moves import K, Kept, Move, Place
from .refused import PinRefused
from .room import Room


class Keeper(Generic[K, R]):
    """Readings by key; `tell` hears every move at once, `clock` tells seconds."""

    def __init__(
        self,
        limits: Limits,
        tell: Callable[[Move[K]], None] = lambda move: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._book: Book[K, R] = Book(tell, clock)
        self._room = Room(self._book, limits)
        self._lock = RLock()

    @property
    def limits(self) -> Limits:
        """What may be kept where."""
        return self._room.limits

    def bytes_in(self, place: Place) -> int:
        """What is kept there takes so many bytes of memory."""
        with self._lock:
            return self._book.bytes_at(place)

    def statement(self) -> tuple[Kept[K], ...]:
        """What is kept, least recently used first."""
        with self._lock:
            now = self._book.clock()
            return tuple(entry.told(now) for entry in self._book.everyone())

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
            entry = self._book.get(key)
            if entry is None or entry.unwanted:
                return False
            if not entry.is_on_disk:
                left = self.limits.memory - self._book.bound_bytes(but=entry)
                if entry.bytes > left:
                    raise PinRefused(entry.bytes, max(0, left))
            entry.pinned_until = until
            return True

    def unpin(self, key: K) -> bool:
        """Take the promise back; False where no such reading is kept."""
        with self._lock:
            entry = self._book.get(key)
            if entry is not None:
                entry.pinned_until = None
            return entry is not None

    def let_go(self, wanted: Callable[[K], bool]) -> None:
        """Forget these, pinned or not, those in use as soon as they are not; what is saved on the disk stays there."""
        with self._lock:
            for entry in [each for each in self._book.everyone() if wanted(each.key)]:
                entry.unwanted = True
                if not entry.users:
                    self._book.move(entry, "gone", "let go")

    def tidy(self) -> None:
        """End what was not used for its lifetime, hold the budgets, forget of the disk what lies there no more."""
        with self._lock:
            for entry in self._book.everyone():
                if entry.place != "disk":
                    if self._has_ended(entry):
                        self._book.drop(entry, "lifetime")
                elif not entry.is_on_disk:
                    self._book.move(entry, "gone", "deleted")
            self._room.hold()

    def keep_within(self, limits: Limits) -> None:
        """Other budgets from now on; what is pinned and can go nowhere else stays, even above them."""
        with self._lock:
            self._room.limits = limits
            self._room.hold()

    def keep_own_within(self, is_own: Callable[[K], bool], most: int) -> None:
        """Hold so many bytes of memory with some of them, whatever place there is for others."""
        with self._lock:
            self._room.hold_own(is_own, most)

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            for entry in self._book.everyone():
                self._book.drop(entry, "closed")
            self._book.clear()

    def _has_ended(self, entry: Entry[K, R]) -> bool:
        now, lifetime = self._book.clock(), self.limits.lifetime
        if lifetime is None or entry.users or entry.is_pinned(now):
            return False
        return now - entry.last_used >= lifetime

    def _take(self, key: K, begin: Callable[[], R]) -> tuple[Entry[K, R], R]:
        with self._lock:
            entry = self._book.get(key)
            if entry is None or entry.reading is None:
                entry = self._begun(key, begin(), entry)
            reading = entry.reading
            assert reading is not None  # only who is on the disk has none
            if entry.place != "device":
                self._room.make(entry)
                if entry.place == "memory":
                    reading.return_to_device()
                self._book.put(entry)
                self._book.move(entry, "device", "used")
            entry.users += 1
            self._book.touch(entry)
            return entry, reading

    def _begun(self, key: K, reading: R, before: Entry[K, R] | None) -> Entry[K, R]:
        """A new entry, which is not in the book yet."""
        entry = Entry(key, "gone", reading, before.pinned_until if before else None)
        if entry.is_on_disk:
            entry.place = "disk"
        elif before is not None:  # what was saved lies there no more
            self._book.move(before, "gone", "deleted")
        return entry

    def _put_back(self, entry: Entry[K, R]) -> None:
        with self._lock:
            entry.users -= 1
            if self._book.get(entry.key) is not entry:  # the keeper was closed meanwhile
                return
            self._book.touch(entry)
            if entry.unwanted and not entry.users:
                self._book.move(entry, "gone", "let go")
