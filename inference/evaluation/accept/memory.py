"""The most memory that was held, against what was foreseen. Knows devices and bytes."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inference.engine.fits import needed_bytes
from inference.engine.folder import elements, weight_files

if TYPE_CHECKING:
    from inference.engine.loaded import LoadedModel

_GIB = 1024**3
BESIDE = {"cpu": _GIB, "cuda": _GIB // 2}  # for libraries, constraints on quotes, and what an allocator keeps


@dataclass(frozen=True)
class Held:
    """Bytes."""

    peak: int
    foreseen: int
    beside: int

    @property
    def as_foreseen(self) -> bool:
        """Whether no more was held than foreseen, a tenth and what lies beside allowed."""
        return self.peak <= self.foreseen * 1.1 + self.beside


class Watch:
    """Begun before a model is loaded."""

    def __init__(self) -> None:
        import torch

        self._gpu = torch.cuda.is_available()
        self._before = _resident_peak()
        if self._gpu:
            torch.cuda.reset_peak_memory_stats()

    def held(self, loaded: "LoadedModel") -> Held:
        """The most that was held since then, on the device that the model is on."""
        import torch

        profile = loaded.profile
        numbers = elements(weight_files(profile.model))
        needed = needed_bytes(profile, loaded.model.config, numbers, loaded.window)
        device = loaded.device.type
        if device == "cuda":
            gpus = range(torch.cuda.device_count())
            peak = sum(torch.cuda.max_memory_allocated(gpu) for gpu in gpus)
        else:
            peak = _resident_peak() - self._before
        return Held(peak, needed.total, BESIDE.get(device, _GIB))


def _resident_peak() -> int:
    """The most main memory that this process ever held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
