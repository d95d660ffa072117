"""What work takes: seconds of a GPU, or those that the processor worked at it. Knows devices."""

import time
from collections.abc import Callable
from typing import TypeVar

import torch

Given = TypeVar("Given")


def timed(work: Callable[[], Given]) -> tuple[Given, float]:
    """What work gives, and the seconds until a GPU had done it, or those that the processor worked at it."""
    _wait()
    begun = _clock()
    given = work()
    _wait()
    return given, _clock() - begun


def _clock() -> float:
    return time.perf_counter() if torch.cuda.is_available() else time.process_time()


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def device_name() -> str:
    """What was measured on, for people."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return "processor, one thread, processor seconds"
