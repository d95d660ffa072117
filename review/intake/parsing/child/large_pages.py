"""Memory in pages of 2 MB, where the kernel (Linux 6.1 or later) makes them: forking copies a place for each page.

Of a warm parent with 70 MB in small ones that costs more than reading a page of a contract, for every file.
"""

import ctypes
from collections.abc import Iterator

_MADV_COLLAPSE = 25
_LARGE = 2 << 20


def use_large_pages() -> int:
    """Bring this process's own memory together in large pages, and say how many; what the kernel refuses stays."""
    collapse = ctypes.CDLL(None).madvise
    collapse.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return sum(collapse(start, _LARGE, _MADV_COLLAPSE) == 0 for start in _aligned())


def _aligned() -> Iterator[int]:
    """Where in the heap and in memory without a file a large page could begin."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        lines = [line.split() for line in maps]
    for where, rights, _, _, _, *name in lines:
        if rights.startswith("rw") and name in ([], ["[heap]"]):
            start, end = (int(edge, 16) for edge in where.split("-"))
            yield from range(-(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE, _LARGE)
