"""The caller's side of the warm parent: starts it, sends it requests, waits, and starts it again when it died.

The warm parent (child/serve.py) has everything imported and forks a child for each file, so a file costs
milliseconds to isolate instead of the better part of a second.
"""

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[3]
_MODULE = "review.intake.parsing.child.serve"
_KEPT_FROM_ENVIRONMENT = ("PATH", "TMPDIR", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")
_POLL = 0.2  # seconds between two looks at should_stop


class Gone(Exception):
    """The warm parent died while it had our request."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: its exit code or the signal that ended it, who ended it, and what it wrote."""

    exit_code: int | None
    signal: int | None
    stopped_for: str  # "", "timed_out" or "cancelled"
    peak_bytes: int
    written: bytes
    is_cut: bool  # more was written than may be taken


class WarmParent:
    """One per process, started at its first use. Safe to use from many threads; each request has its own child."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def run(
        self, request: dict[str, Any], output_bytes: int, should_stop: Callable[[], bool] | None = None
    ) -> Ending:
        """Have one request done by a child. Raises Gone when the warm parent itself dies meanwhile."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        result = os.memfd_create("outcome", os.MFD_CLOEXEC)
        try:
            with ours, theirs:
                self._send(json.dumps(request).encode(), [theirs.fileno(), result])
                theirs.close()
                answer = self._wait(ours, should_stop)
            return _ending(answer, result, output_bytes)
        finally:
            os.close(result)

    def close(self) -> None:
        """Let it go: it ends its children and itself when its socket closes."""
        with self._lock:
            self._close()

    def forget(self) -> None:
        """In a forked copy of this process: the warm parent is not ours, and must see only its own caller's end."""
        self._lock = threading.Lock()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.returncode = 0  # somebody else's to wait for
        self._control = self._process = None

    def _send(self, message: bytes, descriptors: list[int]) -> None:
        with self._lock:
            for attempt in (1, 2):
                control = self._started()
                try:
                    socket.send_fds(control, [message], descriptors)
                    return
                except (BrokenPipeError, ConnectionResetError):
                    self._close()
                    if attempt == 2:
                        raise Gone from None

    def _started(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self._close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            environment = {key: os.environ[key] for key in _KEPT_FROM_ENVIRONMENT if key in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, "-m", _MODULE, str(theirs.fileno())],
                cwd=_ROOT,
                env=environment | {"LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # MuPDF's complaints may quote the file
                start_new_session=True,
            )
        self._control = ours
        return ours

    def _wait(self, ours: socket.socket, should_stop: Callable[[], bool] | None) -> dict[str, Any]:
        ours.settimeout(_POLL if should_stop else None)
        is_asked = False
        while True:
            try:
                message = ours.recv(65536)
            except TimeoutError:
                if should_stop and not is_asked and should_stop():
                    is_asked = True
                    with contextlib.suppress(OSError):
                        ours.send(b"stop")
                continue
            except ConnectionResetError:
                message = b""
            if not message:
                raise Gone
            answer: dict[str, Any] = json.loads(message)
            return answer

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._control = self._process = None


def _ending(answer: dict[str, Any], result: int, output_bytes: int) -> Ending:
    size = os.fstat(result).st_size
    is_cut = size > output_bytes
    written = b"" if is_cut else os.pread(result, size, 0)
    while not is_cut and len(written) < size:  # one read returns at most 2 GiB
        written += os.pread(result, size - len(written), len(written))
    return Ending(
        exit_code=answer["exit_code"],
        signal=answer["signal"],
        stopped_for=answer["stopped_for"],
        peak_bytes=answer["peak_bytes"],
        written=written,
        is_cut=is_cut,
    )


warm_parent = WarmParent()
os.register_at_fork(after_in_child=warm_parent.forget)
atexit.register(warm_parent.close)
