"""The most memory that was held since it was last forgotten: of a GPU, else of this process. Knows devices."""

import re
import resource
from pathlib import Path

import torch

_PROCESS = Path("/proc/self")


def forget_peak() -> None:
    """Count from now on; where the system does not let a process say so, its peak is that of its whole life."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    try:
        (_PROCESS / "clear_refs").write_text("5")
    except OSError:
        return


def peak() -> int:
    """Bytes."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    try:
        held = re.search(r"^VmHWM:\s+(\d+) kB", (_PROCESS / "status").read_text(), re.MULTILINE)
    except OSError:
        held = None
    return 1024 * (int(held[1]) if held else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
