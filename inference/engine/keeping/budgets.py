"""How many bytes of readings may be kept where; knows the shape of a model, and no readings."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inference.engine.blocks import BLOCK
from inference.engine.cache import bytes_kept, state_bytes
from inference.engine.fits import free_bytes, needed_bytes
from inference.engine.free_memory import free_memory
from inference.engine.quantize import DTYPES

if TYPE_CHECKING:
    from inference.engine.loaded import LoadedModel


@dataclass(frozen=True)
class Budgets:
    """Bytes of keys and values on the device and, waiting, in main memory; seconds that a reading stays after its use.

    `device` None is one full window, for which room was found when the model was loaded; `lifetime` None has no end.
    """

    device: int | None = None
    memory: int = 0
    lifetime: float | None = None

    def __post_init__(self) -> None:
        if min(self.device or 0, self.memory, self.lifetime or 0) < 0:
            raise ValueError("A budget is a number of bytes or seconds from nothing on.")


@dataclass(frozen=True)
class Limits:
    """Budgets as they hold on this machine; working with one reading never asks for more than `window` bytes."""

    device: int
    memory: int
    lifetime: float | None
    window: int


def reading_bytes(loaded: "LoadedModel", tokens: int) -> int:
    """What keys and values, and states, of so many tokens take."""
    text = loaded.model.config.get_text_config()
    width = DTYPES[loaded.profile.dtype].itemsize
    return bytes_kept(text, loaded.profile.cache, width, tokens) + state_bytes(text, width)


def limits_of(budgets: Budgets, loaded: "LoadedModel", *, on_device: int = 0, in_memory: int = 0) -> Limits:
    """What budgets come to where so many bytes are kept by now: never more than the machine has free beside them."""
    window = _most_bytes(loaded)
    device = window if budgets.device is None else budgets.device
    if device > window:
        device = max(window, min(device, _free_on_device(loaded) + on_device))
    there = free_memory() + in_memory
    if loaded.device.type == "cpu":  # one and the same memory: what readings in use may take is spoken for
        there -= max(0, device - on_device)
    return Limits(device, max(0, min(budgets.memory, there)), budgets.lifetime, window)


def _most_bytes(loaded: "LoadedModel") -> int:
    """What a window takes at the most: one that lacks a token ends in less than a block, as the model made it."""
    window = loaded.window
    return max(reading_bytes(loaded, tokens) for tokens in (window, max(1, window // BLOCK * BLOCK - 1)))


def _free_on_device(loaded: "LoadedModel") -> int:
    """Bytes beside what work takes."""
    free = sum(free_bytes(str(device))[0] for device in set(loaded.layer_devices))
    plain = replace(loaded.profile, quantization="none")  # work is the same, and told without the weights
    return free - needed_bytes(plain, loaded.model.config, 0, loaded.window).work
