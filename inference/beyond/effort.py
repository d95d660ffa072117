"""How far questions go, and until when. Knows clocks, not documents."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from inference.engine.decode import Why


@dataclass(frozen=True)
class Effort:
    """The most rounds, passages of the first (each further one reads twice as many), and families gone back to."""

    rounds: int = 3
    passages: int = 32
    families: int = 4

    def __post_init__(self) -> None:
        """Raises ValueError where nothing could be read."""
        if self.rounds < 1 or self.passages < 1 or self.families < 0:
            raise ValueError("At least one round, one passage, and no negative number of families.")


@dataclass(frozen=True)
class Asking:
    """How a batch is asked; `deadline` is of the monotonic clock, `is_enough` comes before all sittings but one."""

    second_reading: bool | None
    deadline: float | None
    cancelled: Callable[[], bool]
    is_enough: Callable[[], bool] = lambda: False

    @property
    def stopped(self) -> Why | None:
        """Why nothing further may begin, or None."""
        if self.cancelled():
            return "cancelled"
        return "deadline" if self.deadline is not None and time.monotonic() >= self.deadline else None

    @property
    def seconds(self) -> float | None:
        """How many are left."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())
