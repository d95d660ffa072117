"""How sure a share is: Wilson's interval, which is honest near 0 and 1. Knows counts alone."""

import math
from dataclasses import asdict, dataclass
from typing import Any

_Z = 1.959964  # 95 %


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    right: int
    asked: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing was asked."""
        return self.right / self.asked if self.asked else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, 95 % sure; from 0 to 1 where nothing was asked."""
        if not self.asked:
            return 0.0, 1.0
        share, n = self.right / self.asked, self.asked
        middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    def json(self) -> dict[str, Any]:
        """Counts, share and interval, rounded."""
        low, high = self.interval
        share = None if self.share is None else round(self.share, 4)
        return {**asdict(self), "share": share, "low": round(low, 4), "high": round(high, 4)}

    def __add__(self, other: "Share") -> "Share":
        return Share(self.right + other.right, self.asked + other.asked)


NONE = Share(0, 0)
