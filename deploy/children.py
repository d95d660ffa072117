"""The programs a supervisor keeps running: each started, watched, started again after a fall, and ended.

Knows processes and log files; what the programs are is the supervisor's business.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from deploy.embedded import processes

LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # a child that ran this long starts over with the shortest pause
LARGEST_LOG = 20 * 1024 * 1024


@dataclass
class Child:
    """One program. `when_orphaned` is the signal it gets should the supervisor be killed."""

    name: str
    command: list[str]
    env: dict[str, str]
    logs: Path
    run: Path
    patience: float
    when_orphaned: signal.Signals = signal.SIGTERM
    falls: int = 0
    _running: subprocess.Popen[bytes] | None = None
    _started_at: float = 0.0
    _again_at: float = field(default=0.0)

    @property
    def log(self) -> Path:
        return self.logs / f"{self.name}.log"

    def start(self) -> None:
        with open_log(self.log) as log:
            self._running = processes.spawn(
                self.command, log=log, env=self.env, cwd=Path.cwd(), when_parent_dies=self.when_orphaned
            )
        self._started_at = time.monotonic()
        if (process := processes.find(self._running.pid)) is not None:
            process.save(self._pid_file)

    def look_after(self, say: Callable[[str], None]) -> None:
        """Notice a fall, and start the program again once its pause is over."""
        if self._running is not None and (status := self._running.poll()) is not None:
            self._fell(status, say)
        if self._running is None and time.monotonic() >= self._again_at:
            self.start()

    def ask_to_end(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()

    def wait_or_kill(self, hurried: Callable[[], bool]) -> None:
        """Wait for the end that was asked for, as long as patience lasts; then kill the whole session."""
        leader = processes.load(self._pid_file)
        until = time.monotonic() + self.patience
        if self._running is not None:
            while self._running.poll() is None and time.monotonic() < until and not hurried():
                time.sleep(0.02)
        if leader is not None:
            processes.end_session(leader, patience=0)
        self._running = None
        self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.run / f"child-{self.name}.pid"

    def _fell(self, status: int, say: Callable[[str], None]) -> None:
        steady = time.monotonic() - self._started_at > STEADY_SECONDS
        self.falls = 1 if steady else self.falls + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self.falls - 1))
        leader = processes.load(self._pid_file)
        if leader is not None:  # a worker's own children must not work on beside the new worker
            processes.end_session(leader, patience=0)
        self._running, self._again_at = None, time.monotonic() + pause
        say(f"{self.name} ended ({_cause(status)}) and starts again in {pause:.0f} s; see {self.log}")


def end_leftovers(run: Path) -> int:
    """End what a killed supervisor left behind; how many programs that were."""
    ended = 0
    for pid_file in sorted(run.glob("child-*.pid")):
        leader = processes.load(pid_file)
        if leader is not None and leader.session():
            processes.end_session(leader, patience=5)
            ended += 1
        pid_file.unlink(missing_ok=True)
    return ended


def open_log(path: Path) -> IO[bytes]:
    """A log file to append to; one that has grown large is put aside first."""
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _cause(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
