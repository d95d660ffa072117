"""Who must leave so that budgets hold: the device for main memory, that for the disk or for good. Knows no users."""

from collections.abc import Callable
from typing import Generic

from .book import Book
from .budgets import Limits
from .entry import Entry, R, bytes_of
from .moves import K, Why
from .refused import NoRoom


class Room(Generic[K, R]):
    """The places of a book under limits."""

    def __init__(self, book: Book[K, R], limits: Limits) -> None:
        self._book, self.limits = book, limits

    def make(self, entry: Entry[K, R]) -> None:
        """Let others leave the device for this one; raises NoRoom before anybody has."""
        limit = max(self.limits.device, entry.bytes)
        leaving = self._leaving(limit - entry.bytes, entry)
        left = self._book.bytes_at("device") - bytes_of(leaving)
        if left > limit - entry.bytes:
            raise NoRoom(entry.bytes, max(0, limit - left))
        for other in leaving:
            self._leave_device(other, "room", entry)

    def hold(self) -> None:
        """Hold the limits with what is idle; what is pinned and can go nowhere else stays, even above them."""
        for entry in self._leaving(self.limits.device, None):
            self._leave_device(entry, "budget", None)
        self._leave_memory(self.limits.memory, "budget", None)

    def hold_own(self, is_own: Callable[[K], bool], most: int) -> None:
        """Let idle ones of some leave memory, those that wait first, until all of these take no more than `most`."""
        own = [each for each in self._book.everyone() if each.place != "disk" and is_own(each.key)]
        over = bytes_of(own) - most
        for entry in [*self._book.idle("memory"), *self._book.idle("device")]:
            if over <= 0:
                break
            if is_own(entry.key) and not self._book.is_bound(entry):
                over -= entry.bytes
                self._book.drop(entry, "budget")

    def _leaving(self, most: int, room_for: Entry[K, R] | None) -> list[Entry[K, R]]:
        """Who leaves the device so that no more than `most` bytes stay there, as far as that can be."""
        over = self._book.bytes_at("device") - most
        room = self.limits.memory - self._book.bound_bytes(but=room_for, place="memory")
        leaving: list[Entry[K, R]] = []
        for entry in self._book.idle("device"):
            if over <= 0:
                break
            if self._book.is_bound(entry):
                if entry.bytes > room:
                    continue
                room -= entry.bytes
            leaving.append(entry)
            over -= entry.bytes
        return leaving

    def _leave_device(self, entry: Entry[K, R], why: Why, room_for: Entry[K, R] | None) -> None:
        """To main memory where that can have it, beside those that must stay there, else out of it."""
        coming = room_for.bytes if room_for and room_for.place == "memory" else 0  # it leaves in exchange
        most = self.limits.memory + coming - entry.bytes
        if self._book.bound_bytes(but=room_for, place="memory") + coming > most:
            self._book.drop(entry, why, room_for)
            return
        self._leave_memory(most, why, room_for)
        assert entry.reading is not None
        entry.reading.leave_device()
        self._book.move(entry, "memory", why, room_for)

    def _leave_memory(self, most: int, why: Why, room_for: Entry[K, R] | None) -> None:
        """Those that are not bound to it, until no more than `most` bytes wait there."""
        for entry in self._book.idle("memory"):
            if self._book.bytes_at("memory") <= most:
                break
            if entry is not room_for and not self._book.is_bound(entry):
                self._book.drop(entry, why, room_for)
