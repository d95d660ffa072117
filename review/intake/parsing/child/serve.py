"""The warm parent: one thread, everything imported, a child forked for each request.

Run as `python -m review.intake.parsing.child.serve DESCRIPTOR`. It opens no file of anybody's itself. Closing the
socket ends it and all its children.
"""

import contextlib
import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from review.intake.parsing.child.confine import die_with_parent
from review.intake.parsing.child.large_pages import use_large_pages
from review.intake.parsing.child.scratch import remove_scratch
from review.intake.parsing.child.work import work

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(slots=True)
class Running:
    """One child: how to see it end, whom to tell, and when it must have shown progress."""

    pid: int
    pidfd: int
    reply: socket.socket
    progress: int  # read end; a byte arrives with every page done
    must_end: float
    silent_seconds: float
    must_move: float
    stopped_for: str = field(default="")

    @property
    def deadline(self) -> float:
        return min(self.must_end, self.must_move)

    def stop(self, reason: str) -> None:
        """End it and the commands it started; the first reason counts."""
        self.stopped_for = self.stopped_for or reason
        for end in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                end(self.pid, signal.SIGKILL)


class WarmParentLoop:
    """Waits for requests, for children and for clocks."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, None)
        self._running: dict[int, Running] = {}

    def run(self) -> None:
        """Until the caller is gone."""
        while True:
            for key, _ in self._selector.select(self._until_next_deadline()):
                if key.data is None:
                    if not self._take_request():
                        return
                elif key.data[1] is not None:
                    self._look_at(*key.data)
            now = time.monotonic()
            for running in self._running.values():
                if now >= running.deadline:
                    running.stop("timed_out")
                    running.must_end = running.must_move = now + 1

    def stop_all(self) -> None:
        for running in self._running.values():
            running.stop("cancelled")

    def _until_next_deadline(self) -> float | None:
        if not self._running:
            return None
        return max(0.0, min(running.deadline for running in self._running.values()) - time.monotonic())

    def _take_request(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._control, 65536, 2)
        if not message:
            return False
        reply, result = socket.socket(fileno=descriptors[0]), descriptors[1]
        self._fork(json.loads(message), reply, result)
        os.close(result)
        return True

    def _fork(self, request: dict[str, Any], reply: socket.socket, result: int) -> None:
        progress, tell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        pid = os.fork()
        if pid == 0:
            self._be_a_child(request, result, tell, progress, reply)
        os.close(tell)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)
        now, limits = time.monotonic(), request["limits"]
        running = Running(
            pid=pid,
            pidfd=os.pidfd_open(pid),
            reply=reply,
            progress=progress,
            must_end=now + limits["wall_seconds"],
            silent_seconds=limits["silent_seconds"],
            must_move=now + limits["silent_seconds"],
        )
        self._running[pid] = running
        self._selector.register(running.pidfd, selectors.EVENT_READ, (running, "end"))
        self._selector.register(reply, selectors.EVENT_READ, (running, "reply"))
        self._selector.register(progress, selectors.EVENT_READ, (running, "progress"))

    def _be_a_child(
        self, request: dict[str, Any], result: int, tell: int, progress: int, reply: socket.socket
    ) -> None:
        """Never returns."""
        code = 70
        try:
            gc.disable()
            os.setpgid(0, 0)
            die_with_parent()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._selector.close()
            self._control.close()
            reply.close()
            os.close(progress)
            for other in self._running.values():
                other.reply.close()
                os.close(other.progress)
                os.close(other.pidfd)
            work(request, result, tell)
            code = 0
        finally:
            os._exit(code)

    def _look_at(self, running: Running, what: str) -> None:
        if running.pid not in self._running:
            return
        if what == "end":
            self._bury(running)
        elif what == "reply":
            running.reply.recv(64)  # "stop", or the caller is gone
            running.stop("cancelled")
            self._selector.unregister(running.reply)
        elif os.read(running.progress, 65536):
            running.must_move = time.monotonic() + running.silent_seconds
        else:
            self._selector.unregister(running.progress)

    def _bury(self, running: Running) -> None:
        """Take the child's end, end what it left running, and tell the caller."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # commands it started, before its number is free again
        _, status, usage = os.wait4(running.pid, 0)
        del self._running[running.pid]
        for source in (running.pidfd, running.reply, running.progress):
            with contextlib.suppress(KeyError):
                self._selector.unregister(source)
        killed = os.WIFSIGNALED(status)
        answer = {
            "exit_code": None if killed else os.WEXITSTATUS(status),
            "signal": os.WTERMSIG(status) if killed else None,
            "stopped_for": running.stopped_for if killed else "",
            "peak_bytes": usage.ru_maxrss * 1024,
        }
        with contextlib.suppress(OSError):
            running.reply.send(json.dumps(answer).encode())
        running.reply.close()
        os.close(running.progress)
        os.close(running.pidfd)
        remove_scratch(running.pid)
        self._sweep()

    def _sweep(self) -> None:
        """Reap orphans, which come to us; when no child is running, end those still alive."""
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as children:
            orphans = {int(pid) for pid in children.read().split()} - set(self._running)
        is_idle = not self._running
        for orphan in orphans:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                if is_idle:
                    os.kill(orphan, signal.SIGKILL)
                os.waitpid(orphan, 0 if is_idle else os.WNOHANG)


def main() -> None:
    """Serve the socket whose descriptor is the one argument; all that children need is imported by now."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who then closes the socket
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    gc.collect()
    gc.freeze()
    use_large_pages()
    loop = WarmParentLoop(control)
    try:
        loop.run()
    finally:
        loop.stop_all()


if __name__ == "__main__":
    main()
