"""The whole service as people use it: web server, dispatcher and both workers, each a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.workers import leave_nothing_due

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60  # seconds until the first answer


@contextmanager
def live_service(*, with_workers: bool = True) -> Iterator[str]:
    """Start everything against the services of this test run; gives the address, and ends it all afterwards.

    The workers begin with empty queues: those of a full run hold hundreds of files of earlier tests.
    """
    from django.core.management import call_command

    leave_nothing_due()
    call_command("collectstatic", verbosity=0, interactive=False)
    port = _free_port()
    web = ["-m", "uvicorn", "review.asgi:application", "--port", str(port), "--lifespan", "off"]
    workers = [
        ["manage.py", "dispatch"],
        *(
            ["-m", "celery", "-A", "review", "worker", "-Q", queue, "-c", "1", "-n", f"{queue}-{port}@test"]
            for queue in ("cpu", "reader")
        ),
    ]
    programs = [[*web, "--log-level", "warning"], *(workers if with_workers else [])]
    address = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        for program in programs:
            stack.enter_context(_running(program))
        _wait_for(f"{address}/healthz")
        yield address


@contextmanager
def _running(program: list[str]) -> Iterator[None]:
    log = Path(os.environ["DATA"]) / "logs" / f"test-{program[-1]}.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *program], cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            if time.monotonic() > until:
                raise
        time.sleep(0.2)
