"""How much memory a model and its window ask for, and how much is there; knows shapes, loads nothing."""

from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedConfig

from .cache import bytes_kept, state_bytes, work_bytes
from .drafts import AT_ONCE
from .free_memory import free_memory
from .profile import EngineProfile, ProfileError
from .quantize import DTYPES, Quantized

_GIB = 1024**3
_OWN = 512  # tokens that a question and its answer have room for, which no cache makes smaller


class ModelDoesNotFit(ProfileError):
    """Loading was refused: `asked` and `there` are bytes."""

    def __init__(self, needed: "Needed", there: int, where: str) -> None:
        super().__init__(
            f"This model asks for {needed.total / _GIB:.2f} GiB (weights {needed.weights / _GIB:.2f}, what is read "
            f"in a window of {needed.window:,} tokens {needed.window_bytes / _GIB:.2f}, work "
            f"{needed.work / _GIB:.2f}), and {where} has {there / _GIB:.2f} GiB free. A smaller window, stronger "
            "quantization or a larger device would help."
        )
        self.asked, self.there = needed.total, there


@dataclass(frozen=True)
class Needed:
    """Bytes a loaded model takes when its window is full."""

    weights: int
    window_bytes: int
    work: int
    window: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.window_bytes + self.work


def needed_bytes(profile: EngineProfile, config: PreTrainedConfig, elements: int, window: int) -> Needed:
    """What a model of so many numbers asks for under a profile."""
    width = DTYPES[profile.dtype].itemsize
    text = config.get_text_config()
    passing = min(profile.chunk, window) * (12 * text.hidden_size + 4 * _widest(text)) * width
    states = state_bytes(text, width)  # of the prefix, and of each fork
    own = bytes_kept(text, "model", width, min(_OWN, window)) + states
    logits = (profile.side_by_side * 4 * 3 + AT_ONCE * (4 + width)) * text.vocab_size
    saved = Quantized(config, profile).saved_bytes() if profile.quantization != "none" else 0
    return Needed(
        weights=int(elements * width - saved),
        window_bytes=bytes_kept(text, profile.cache, width, window) + states,
        work=passing + logits + work_bytes(text, profile.cache, width, window) + profile.side_by_side * own,
        window=window,
    )


def free_bytes(device: str) -> tuple[int, str]:
    """Bytes free on a device, all GPUs together for "cuda", and its name for people."""
    if device == "cpu":
        return free_memory(), "this machine's memory"
    if device == "cuda":
        frees = [torch.cuda.mem_get_info(number)[0] for number in range(torch.cuda.device_count())]
        return sum(frees), "the GPU" if len(frees) == 1 else f"the {len(frees)} GPUs together"
    return torch.cuda.mem_get_info(torch.device(device))[0], f"the GPU {device}"


def _widest(text: Any) -> int:
    """The inner width a token passes through: of all experts that it passes through together."""
    dense = int(getattr(text, "intermediate_size", None) or 4 * text.hidden_size)
    each = int(getattr(text, "moe_intermediate_size", None) or dense)
    return max(dense, each * int(getattr(text, "num_experts_per_tok", None) or 1))
