"""Processor seconds of running processes, read from /proc: a figure that other work on the machine hardly moves."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of_tree(pid: int) -> float:
    """What a process, all below it and those of them that have ended have used; 0 when it is gone."""
    return _seconds(pid, with_ended=True) + sum(map(seconds_of_tree, _children(pid)))


def backends_of(data: Path) -> set[int]:
    """The processes of the PostgreSQL whose data lie in this folder."""
    return set(_children(int((data / "postgres" / "postmaster.pid").read_text().split()[0])))


def seconds_of(pids: set[int]) -> float:
    """What these processes themselves have used; those that are gone count as nothing."""
    return sum(_seconds(pid, with_ended=False) for pid in pids)


def _seconds(pid: int, *, with_ended: bool) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11 : 15 if with_ended else 13])) / _TICKS


def _children(pid: int) -> list[int]:
    try:
        tasks = [*Path(f"/proc/{pid}/task").iterdir()]
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
