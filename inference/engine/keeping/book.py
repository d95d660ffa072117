"""A keeper's book: who is where, who can leave, and every move told as it is written down. Knows no budgets."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic

from .entry import Entry, R, bytes_of
from .moves import K, Move, Place, Why


class Book(Generic[K, R]):
    """Entries by key, least recently used first; `tell` hears every move at once, `clock` tells seconds."""

    def __init__(self, tell: Callable[[Move[K]], None], clock: Callable[[], float]) -> None:
        self.clock = clock
        self._tell = tell
        self._entries: OrderedDict[K, Entry[K, R]] = OrderedDict()

    def get(self, key: K) -> Entry[K, R] | None:
        """Who goes by a key."""
        return self._entries.get(key)

    def everyone(self) -> list[Entry[K, R]]:
        """All of them, least recently used first."""
        return list(self._entries.values())

    def put(self, entry: Entry[K, R]) -> None:
        """Write somebody down in the place of whoever went by the same key."""
        self._entries[entry.key] = entry

    def clear(self) -> None:
        """Forget all, telling nobody."""
        self._entries.clear()

    def touch(self, entry: Entry[K, R]) -> None:
        """It is used now."""
        entry.last_used = self.clock()
        self._entries.move_to_end(entry.key)

    def move(self, entry: Entry[K, R], after: Place, why: Why, room_for: Entry[K, R] | None = None) -> None:
        """Write down and tell where it is from now on."""
        before, entry.place = entry.place, after
        if after in ("disk", "gone"):
            entry.leave_memory()
        if after == "gone":
            self._entries.pop(entry.key, None)
        self._tell(Move(entry.key, before, after, why, entry.bytes, room_for.key if room_for else None))

    def drop(self, entry: Entry[K, R], why: Why, room_for: Entry[K, R] | None = None) -> None:
        """To the disk where all of it is saved, else for good."""
        if entry.place != "disk":
            self.move(entry, "disk" if entry.is_on_disk else "gone", why, room_for)

    def at(self, place: Place) -> list[Entry[K, R]]:
        """Who is there."""
        return [entry for entry in self._entries.values() if entry.place == place]

    def bytes_at(self, place: Place) -> int:
        """What they take together."""
        return bytes_of(self.at(place))

    def idle(self, place: Place) -> list[Entry[K, R]]:
        """Who can leave a place, in the order in which they do: pinned ones after all others."""
        now = self.clock()
        idle = (entry for entry in self.at(place) if not entry.users)
        return sorted(idle, key=lambda entry: entry.is_pinned(now))

    def is_bound(self, entry: Entry[K, R]) -> bool:
        """Whether it must stay and memory is the only place for it besides the device."""
        return entry.place != "disk" and entry.is_pinned(self.clock()) and not entry.is_on_disk

    def bound_bytes(self, *, but: Entry[K, R] | None, place: Place | None = None) -> int:
        """What those take that are bound to memory, all or at one place, without one of them."""
        there = self.everyone() if place is None else self.at(place)
        return bytes_of(entry for entry in there if entry is not but and self.is_bound(entry))
