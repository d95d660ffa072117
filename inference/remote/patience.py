"""How often and how long to wait for a server that has no room or cannot be reached. Knows no requests."""

import random
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds


@dataclass(frozen=True)
class Patience:
    """So many further tries, each after about twice as long; a server that says how long to wait is obeyed."""

    retries: int
    first_wait: float = FIRST_WAIT

    def wait(self, tried: int, told: float | None) -> float | None:
        """Seconds to wait after so many tries, or None where it is given up."""
        if tried > self.retries:
            return None
        wait = min(LONGEST_WAIT, self.first_wait * 2.0 ** (tried - 1))
        wait *= random.uniform(0.5, 1.0)  # many who were turned away must not come back at once
        return wait if told is None else max(wait, told)


def told_to_wait(header: str | None, now: float | None = None) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or a date; None where it says nothing."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header.strip()[:9])
    try:
        moment = parsedate_to_datetime(header).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, moment - (time.time() if now is None else now))
