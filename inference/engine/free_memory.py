"""How much main memory is free: of the machine, or of the container or service that this process runs in."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_V2 = ("memory.max", "memory.current", "inactive_file")
_V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def free_memory(proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes that can still be taken; the tightest of all limits above this process counts."""
    free = re.search(r"^MemAvailable:\s+(\d+) kB", (proc / "meminfo").read_text(), re.MULTILINE)
    assert free is not None  # Linux has said so since 3.14
    return min(int(free[1]) * 1024, *_allowed(proc, groups), 2**62)


def _allowed(proc: Path, groups: Path) -> Iterator[int]:
    """What each control group of this process, and each above it, still allows."""
    for line in (proc / "self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        own = PurePosixPath(path.lstrip("/"))
        if not controllers:
            root, names = groups, _V2
        elif "memory" in controllers.split(","):
            root, names = groups / "memory", _V1
        else:
            continue
        for folder in (own, *own.parents):
            allowed = _of_group(root / folder, *names)
            if allowed is not None:
                yield allowed


def _of_group(folder: Path, limit: str, usage: str, reclaimable: str) -> int | None:
    """A limit less what is used; pages of files count as free, for they are given up when memory is short."""
    try:
        most, used = (folder / limit).read_text().strip(), int((folder / usage).read_text())
        pages = re.search(rf"^{reclaimable} (\d+)$", (folder / "memory.stat").read_text(), re.MULTILINE)
    except OSError:
        return None
    if most == "max":
        return None
    return max(0, int(most) - used + (int(pages[1]) if pages else 0))
