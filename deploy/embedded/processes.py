"""Processes known by number and start time, so that a number used again is never mistaken for ours."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
EXEC_CHILD = Path(__file__).with_name("exec_child.py")


@dataclass(frozen=True)
class Process:
    """One process of this machine; `started` is in clock ticks since the machine came up."""

    pid: int
    started: int

    def is_running(self) -> bool:
        _reap(self.pid)
        return _start_time(self.pid) == self.started

    def save(self, path: Path) -> None:
        path.write_text(f"{self.pid} {self.started}\n", encoding="ascii")

    def session(self) -> list["Process"]:
        """The living members of the session this process leads or led, itself included."""
        leader = _start_time(self.pid)
        if leader not in (None, self.started):
            return []  # the number belongs to somebody else by now
        return [each for each in all_processes() if _session_of(each.pid) == self.pid]


def load(path: Path) -> Process | None:
    """The process a pid file names, or None when there is no such file or it is damaged."""
    try:
        pid, started = path.read_text(encoding="ascii").split()
        return Process(int(pid), int(started))
    except (FileNotFoundError, ValueError):
        return None


def find(pid: int) -> Process | None:
    """The process with this number, or None when none is alive."""
    started = _start_time(pid)
    return None if started is None else Process(pid, started)


def all_processes() -> list[Process]:
    found = (find(int(entry)) for entry in os.listdir("/proc") if entry.isdigit())
    return [each for each in found if each is not None]


def spawn(
    command: Sequence[str | Path],
    *,
    log: int | IO[bytes],
    env: dict[str, str],
    cwd: Path,
    account: tuple[int, int] = (-1, -1),
    when_parent_dies: int = 0,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output going to `log`."""
    wrapped = [sys.executable, "-I", EXEC_CHILD, os.getpid(), int(when_parent_dies), *account, *command]
    return subprocess.Popen(
        [str(part) for part in wrapped],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**_what_python_needs(), **env},
        cwd=cwd,
        start_new_session=True,
    )


def _what_python_needs() -> dict[str, str]:
    """A Python outside the usual places may find its own library only through this variable."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def tie_to_parent(number: signal.Signals) -> None:
    """Receive this signal when the process that started us dies."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this kernel cannot tie a process to its parent")


def let_go(child: subprocess.Popen[bytes]) -> Process:
    """Keep a child by its number only, as one that may outlive us."""
    process = Process(child.pid, _start_time(child.pid) or 0)
    child.returncode = 0  # reaped by `is_running`; without this the object complains when it is collected
    return process


def end(process: Process, signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """Ask a process to end with each signal in turn, waiting so many seconds after each."""
    for number, patience in signals:
        if not process.is_running():
            return
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            return
        wait_until_gone([process], patience)


def end_session(process: Process, patience: float, first: signal.Signals = signal.SIGTERM) -> None:
    """End a process, then whatever is left of the session it led."""
    end(process, [(first, patience), (signal.SIGKILL, 5)])
    rest = process.session()
    for each in rest:
        try:
            os.kill(each.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    wait_until_gone(rest, 5)


def wait_until_gone(processes: Sequence[Process], patience: float) -> bool:
    until = time.monotonic() + patience
    while any(each.is_running() for each in processes):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _reap(pid: int) -> None:
    """Let go of a child of ours that has ended; a dead child would otherwise look alive."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text[text.rindex(")") + 2 :].split()  # the name before may hold spaces and brackets


def _start_time(pid: int) -> int | None:
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else int(fields[19])


def _session_of(pid: int) -> int | None:
    fields = _stat(pid)
    return None if fields is None else int(fields[3])
