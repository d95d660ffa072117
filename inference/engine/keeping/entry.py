"""One reading in a keeper's book; knows neither budgets nor the others."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from .moves import K, Kept, Place

if TYPE_CHECKING:
    from inference.engine.saved.saved_readings import SavedReading


class Keepable(Protocol):
    """A reading that can be kept: how many bytes it takes, where it is saved, and that it can wait off the device."""

    saved: "SavedReading | None"

    @property
    def bytes(self) -> int: ...

    def leave_device(self) -> None: ...

    def return_to_device(self) -> None: ...


R = TypeVar("R", bound=Keepable)


class Entry(Generic[K, R]):
    """`place` tells where it lies; on the disk only what is `saved` there is known of it, and `reading` is None."""

    def __init__(self, key: K, place: Place, reading: R, pinned_until: float | None) -> None:
        self.key, self.place, self.bytes = key, place, reading.bytes
        self.reading: R | None = reading
        self._saved: SavedReading | None = None
        self.pinned_until = pinned_until
        self.last_used = 0.0
        self.users = 0
        self.unwanted = False  # gone as soon as nobody uses it

    def is_pinned(self, now: float) -> bool:
        """Whether it must not be let go of for another's sake."""
        return self.pinned_until is not None and now < self.pinned_until

    def leave_memory(self) -> None:
        """Hold the reading no more; where it is saved stays known."""
        self._saved, self.reading = self.saved, None

    @property
    def saved(self) -> "SavedReading | None":
        """Where it is saved, if anywhere."""
        return self.reading.saved if self.reading else self._saved

    @property
    def is_on_disk(self) -> bool:
        """Whether all of it can be restored from there."""
        return self.saved is not None and self.saved.is_whole

    def told(self, now: float) -> Kept[K]:
        """What anybody may know of it."""
        return Kept(
            self.key,
            self.place,
            self.bytes,
            self.saved.bytes if self.saved else 0,
            self.last_used,
            self.pinned_until if self.is_pinned(now) else None,
            self.users > 0,
        )


def bytes_of(entries: "Iterable[Entry[K, R]]") -> int:
    """What they take together."""
    return sum(entry.bytes for entry in entries)
