"""A service of one's own for a measurement: embedded servers, dispatcher, workers and, if asked, the web."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from deploy import embedded

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Stack:
    """Running parts of a service; `env` points any program at it."""

    data: Path
    env: dict[str, str]
    port: int
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def manage(self, *arguments: str, quiet: bool = True) -> str:
        """Run a Django command to its end and return what it printed. Raises CalledProcessError."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
        )
        return done.stdout.decode()

    def start(self, name: str, *command: str) -> None:
        """Start a part, its output going to DATA/logs."""
        logs = self.data / "logs"
        logs.mkdir(exist_ok=True)
        with (logs / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *command],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_dispatcher(self) -> None:
        self.start("dispatcher", "django", "dispatch")

    def start_worker(self, queue: str, *, concurrency: int = 1, name: str | None = None) -> None:
        self.start(
            name or queue,
            "celery",
            "-A",
            "review",
            "worker",
            "-Q",
            queue,
            "--concurrency",
            str(concurrency),
            "-n",
            f"{name or queue}@bench",
            "--without-gossip",
            "--without-mingle",
            "-l",
            "WARNING",
        )

    def start_web(self) -> None:
        self.manage("collectstatic", "--noinput")
        self.start(
            "web", "uvicorn", "review.asgi:application", "--port", str(self.port), "--log-level", "warning"
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("The web process did not answer within a minute.")

    def kill(self, name: str) -> None:
        """End one part and all its children at once, as a crash would."""
        part = self.parts.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(part.pid, signal.SIGKILL)
        part.wait()

    def stop(self) -> None:
        """End every part in order, the last started first."""
        for part in reversed(self.parts.values()):
            part.terminate()
        for part in self.parts.values():
            try:
                part.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(part.pid, signal.SIGKILL)
        self.parts.clear()


@contextmanager
def a_service(**environment: str) -> Iterator[Stack]:
    """Migrated embedded servers in a new folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="engross-bench-") as folder:
        data = Path(folder) / "data"
        Path(folder).chmod(0o755)  # as root the servers run as somebody else, who must reach the folder
        services = embedded.start(data, dies_with_caller=True)
        stack = Stack(
            data,
            {
                **os.environ,
                **services.env,
                "DATA": str(data),
                "DJANGO_SETTINGS_MODULE": "review.settings",
                **environment,
            },
            free_port(),
        )
        try:
            stack.manage("migrate", "--database", "owner")
            yield stack
        finally:
            stack.stop()
            embedded.stop(services)


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
