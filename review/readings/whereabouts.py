"""Where the case files of a matter are kept as one reader read them, as far as an estimate has to know it."""

from dataclasses import dataclass

from review.matters.models import Matter
from review.readers.selectors import Pace


@dataclass(frozen=True, slots=True)
class Kept:
    """Case files by key: those that a worker has in memory, and those it brings back from disk, and how fast."""

    warm: frozenset[str] = frozenset()
    on_disk: frozenset[str] = frozenset()
    tokens_a_second: float | None = None

    def seconds_to_restore(self, tokens: int) -> float | None:
        """About how long bringing so many tokens back from disk takes; None where nobody knows."""
        if not tokens:
            return 0.0
        return tokens / self.tokens_a_second if self.tokens_a_second else None


def kept_by(matter: Matter, pace: Pace) -> Kept:
    """What is kept of a matter by the reader whose pace this is; nothing where nobody knows its fingerprint yet."""
    return Kept()
