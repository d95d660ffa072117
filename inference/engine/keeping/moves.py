"""Where a reading is kept, and what is told when it goes somewhere else. Knows no tensors."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)

Place = Literal["device", "memory", "disk", "gone"]
Why = Literal["used", "room", "budget", "lifetime", "let go", "closed", "deleted"]


@dataclass(frozen=True)
class Move(Generic[K]):
    """A reading that takes so many `bytes` as keys and values went from one place to another.

    `why`: somebody "used" it; another one, `room_for`, needed the "room"; the "budget" alone is smaller; its
    "lifetime" was over; somebody had it "let go" of; the reader was "closed"; its files were "deleted". Who comes for
    the first time comes from "gone", or from "disk" where all of it was saved by then; a reading that is on the
    "disk" takes no memory.
    """

    key: K
    before: Place
    after: Place
    why: Why
    bytes: int
    room_for: K | None = None


@dataclass(frozen=True)
class Kept(Generic[K]):
    """One reading and where it is: `bytes` as keys and values, `disk_bytes` saved; moments are seconds of a clock.

    `pinned_until` is math.inf where a pin has no end, and None where it is not pinned.
    """

    key: K
    place: Place
    bytes: int
    disk_bytes: int
    last_used: float
    pinned_until: float | None
    in_use: bool
