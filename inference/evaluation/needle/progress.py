"""Tells people how far a long run is, and how long it will take. Knows clocks."""

import sys
import time
from collections.abc import Callable


def now_and_then(seconds: float) -> Callable[[object], None]:
    """Writes a line to the error stream, no more often than so."""
    last = time.monotonic()

    def tell(what: object) -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            print(what, file=sys.stderr, flush=True)

    return tell
