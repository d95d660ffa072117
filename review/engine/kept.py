"""What is kept of case files that were read, where, and what moved; plain values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Budgets:
    """Bytes of case files on the device and, waiting, in main memory; seconds that they stay after their last use.

    `device_bytes` None is as much as one full window, and `lifetime_seconds` None has no end.
    """

    device_bytes: int | None = None
    memory_bytes: int = 0
    lifetime_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case file that this process knows as read: `place` is "device", "memory" or, all of it saved there, "disk".

    `bytes` is what it takes in memory, `disk_bytes` what of it lies on its shelf. A pin without an end has no
    `pinned_until`.
    """

    organization: str
    matter: str
    key: str
    place: str
    bytes: int
    disk_bytes: int
    last_used: datetime
    is_pinned: bool
    pinned_until: datetime | None


@dataclass(frozen=True, slots=True)
class MovedCase:
    """A case file went from one place to another, among them "gone"; who comes for the first time comes from there.

    `why`: "used", "room" (made for another one), "budget" (it is smaller), "lifetime" (it was over), "let go" (asked
    for), "closed" (the reader was), "deleted" (its files were). `room_for` is the key of the one that needed the room
    where it is of the same matter, and empty where that is none of this matter's business.
    """

    organization: str
    matter: str
    key: str
    before: str
    after: str
    why: str
    bytes: int
    room_for: str
    at: datetime
