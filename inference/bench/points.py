"""Measuring one point after another, told as it goes; what is finished is kept when somebody stops it."""

import sys
from collections.abc import Callable, Iterable
from typing import TypeVar

import torch

Point = TypeVar("Point")
STOPPED, LATE, FULL = "stopped", "out of time", "out of memory"
INTERRUPTED = 130  # what a shell says of a command that somebody stopped


def say(words: str) -> None:
    """Tell whoever waits; figures alone go to standard output."""
    print(words, file=sys.stderr, flush=True)


def finished(
    wanted: Iterable[int], measure: Callable[[int], Point], enough: Callable[[], bool] = lambda: False
) -> tuple[list[Point], str]:
    """The points, and why there are no more of them: empty, STOPPED, LATE or FULL."""
    points: list[Point] = []
    try:
        for each in wanted:
            if enough():
                return points, LATE
            points.append(measure(each))
    except KeyboardInterrupt:
        return points, STOPPED
    except torch.OutOfMemoryError:
        return points, FULL
    return points, ""
