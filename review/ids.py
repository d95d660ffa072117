"""Identifiers: version 7 UUIDs (RFC 9562), so that a key made later sorts later."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A new UUID v7: 48 bits of Unix milliseconds, then a 12-bit count within the process and 62 random bits."""
    global _last
    with _lock:
        # Sub-millisecond fraction in rand_a (RFC 9562, method 3), never going back within a process.
        now = time.time_ns() * 4096 // 1_000_000
        _last = now = max(now, _last + 1)
    milliseconds, fraction = now >> 12, now & 0xFFF
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random)
