"""python -m deploy.supervisor: the whole service on one machine, as `make demo` runs it.

Starts the embedded services, brings the database up to date, starts web, dispatcher and workers, seeds the
sample and waits until it has been read. Then keeps everything running until Ctrl-C, and stops it in order.
"""

import argparse
import fcntl
import hashlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy import embedded
from deploy.children import Child, end_leftovers, open_log
from deploy.embedded import processes

CHECKOUT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PATIENCE = {"web": 8.0, "dispatcher": 5.0, "worker": 15.0}
HEALTH_SECONDS = 120.0
FALLS_BEFORE_GIVING_UP = 3
MANAGE = [sys.executable, "manage.py"]


class SupervisorError(Exception):
    """The service cannot be started; the message is one sentence for an administrator."""


class StopAsked(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Stopping:
    """Remembers that somebody asked to stop; nothing is interrupted half-way."""

    def __init__(self) -> None:
        self.times_asked = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.times_asked += 1

    def check(self) -> None:
        if self.times_asked:
            raise StopAsked


class Progress:
    """Passes on the lines of a growing log that say how far something is ("3 of 14 files"), and no others."""

    def __init__(self, log: Path) -> None:
        self.log, self.seen = log, log.stat().st_size if log.exists() else 0

    def tell(self, say: Callable[[str], None]) -> None:
        if not self.log.exists():
            return
        with self.log.open("rb") as file:
            file.seek(self.seen)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self.seen += len(whole)
        for line in whole.decode("utf-8", errors="replace").splitlines():
            if re.match(r"\s*\d+ of \d+ ", line):
                say(f"  {line.strip()}")


class Supervisor:
    """One run of the service over one DATA folder and one port."""

    def __init__(self, data: Path, port: int, stopping: Stopping) -> None:
        self.data, self.port, self.stopping = data.resolve(), port, stopping
        self.run, self.logs = self.data / "run", self.data / "logs"
        self.env: dict[str, str] = {}
        self.children: list[Child] = []
        self.began = time.monotonic()

    def serve(self) -> None:
        """Start everything, tell the address and the sign-ins, and look after it until asked to stop."""
        self.start_services()
        self.prepare()
        self.start_children()
        self.wait_until_ready()
        self.tell()
        while True:
            self.look_after()
            self.pause(0.5)

    def start_services(self) -> None:
        self.say("Starting PostgreSQL and Valkey")
        services = embedded.start(self.data, dies_with_caller=True)
        # The launcher wins over the shell's environment: a demo never writes to a server it did not start.
        own = {"DATA": str(self.data), "HTTPS": "no", "PYTHONUNBUFFERED": "1"}
        self.env = {**os.environ, **services.env, **own}
        self.stopping.check()

    def prepare(self) -> None:
        """Schema and static files, side by side."""
        self.say("Bringing the database up to date")
        migrating = self.spawn("migrate", "migrate", "--database", "owner", "--no-input")
        collecting = None
        stamp, now = self.run / "static.stamp", _static_fingerprint()
        if not stamp.exists() or stamp.read_text(encoding="ascii") != now:
            self.say("Collecting style sheets and scripts")
            collecting = self.spawn("collectstatic", "collectstatic", "--no-input")
        self.finish("migrate", migrating)
        if collecting is not None:
            self.finish("collectstatic", collecting)
            stamp.write_text(now, encoding="ascii")

    def start_children(self) -> None:
        self.say("Starting web, dispatcher and workers")
        without = {"OWNER_DATABASE_URL": "", "MAINTENANCE_DATABASE_URL": ""}
        workers = {**self.env, **without}
        web = {**workers, "DISPATCHER_DATABASE_URL": "", "READINGS_SECRET": ""}
        address = ["--host", HOST, "--port", str(self.port), "--lifespan", "off", "--no-server-header"]
        serve = ["uvicorn", "review.asgi:application", *address, "--timeout-graceful-shutdown", "5"]
        self.children = [
            self.child("web", serve, web),
            self.child("dispatcher", ["manage.py", "dispatch"], workers),
            self.worker("cpu", concurrency=max(1, min(8, os.cpu_count() or 1)), env=workers),
            self.worker("reader", concurrency=1, env=workers),
        ]
        for child in self.children:
            child.start()

    def child(self, name: str, command: list[str], env: dict[str, str]) -> Child:
        script = command[0].endswith(".py")
        return Child(
            name=name,
            command=[sys.executable, *([] if script else ["-m"]), *command],
            env=env,
            logs=self.logs,
            run=self.run,
            patience=PATIENCE[name.split("-")[0]],
            # SIGTERM would let an orphaned worker finish its task first; its job is given out again anyway.
            when_orphaned=signal.SIGQUIT if name.startswith("worker") else signal.SIGTERM,
        )

    def worker(self, queue: str, *, concurrency: int, env: dict[str, str]) -> Child:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
        size = ["--concurrency", str(concurrency), "--hostname", f"{queue}@%h"]
        if queue == "reader":  # a new process has neither the model nor what was read
            size += ["--max-tasks-per-child", "1000000"]
        return self.child(
            f"worker-{queue}", ["celery", "-A", "review", "worker", "-Q", queue, *size, *quiet], env
        )

    def wait_until_ready(self) -> None:
        self.say("Waiting for the first answer")
        until = time.monotonic() + HEALTH_SECONDS
        while not _is_healthy(self.port):
            self.look_after()
            for child in self.children:
                if child.falls >= FALLS_BEFORE_GIVING_UP:
                    raise SupervisorError(f"{child.name} keeps ending; the end of {child.log} says why.")
            if time.monotonic() > until:
                raise SupervisorError(f"The service does not answer; {self.logs} may say why.")
            self.pause(0.25)
        self.say("Reading the sample bundle")
        progress = Progress(self.logs / "seed_demo.log")
        reading = self.spawn("seed_demo", "seed_demo", "--wait")
        self.finish("seed_demo", reading, meanwhile=lambda: progress.tell(self.say))

    def tell(self) -> None:
        self.say(f"Ready: http://{HOST}:{self.port}/")
        print("\nSign in as one of (address, password):", flush=True)
        self.finish("sign-ins", self.spawn("sign-ins", "seed_demo", "--sign-ins", shown=True))
        print(
            f"\nCtrl-C stops the service; the data stays in {self.data}, logs are in {self.logs}.", flush=True
        )

    def look_after(self) -> None:
        for child in self.children:
            child.look_after(self.say)
        running = embedded.is_running(self.data)
        if not all(running.values()):
            names = " and ".join(name for name, alive in running.items() if not alive)
            self.say(f"{names} ended and starts again")
            embedded.start(self.data, dies_with_caller=True)

    def stop(self) -> None:
        """Stop web, dispatcher, workers, Valkey, PostgreSQL, in this order; a second Ctrl-C hurries."""
        asked_before = self.stopping.times_asked
        for group in ("web", "dispatcher", "worker"):
            members = [child for child in self.children if child.name.startswith(group)]
            if members:
                self.say(f"Stopping {' and '.join(child.name for child in members)}")
            for child in members:
                child.ask_to_end()
            for child in members:
                child.wait_or_kill(hurried=lambda: self.stopping.times_asked > max(1, asked_before))
        self.say("Stopping Valkey and PostgreSQL")
        embedded.stop(self.data)
        self.say("Stopped; the data stays.")

    def spawn(self, log_name: str, *command: str, shown: bool = False) -> subprocess.Popen[bytes]:
        """Start one of Django's commands; its output goes to a log, or is shown."""
        with open_log(self.logs / f"{log_name}.log") as log:
            out = sys.stdout.fileno() if shown else log
            return processes.spawn(
                [*MANAGE, *command], log=out, env=self.env, cwd=CHECKOUT, when_parent_dies=signal.SIGTERM
            )

    def finish(
        self, what: str, command: subprocess.Popen[bytes], meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """Wait for a command while looking after the rest. Raises SupervisorError when it fails."""
        try:
            while command.poll() is None:
                if self.children:
                    self.look_after()
                meanwhile()
                self.pause(0.05)
            meanwhile()
        except BaseException:
            command.terminate()
            command.wait()
            raise
        if command.returncode != 0:
            log = self.logs / f"{what}.log"
            raise SupervisorError(f"The step {what} failed; the end of {log} says why:\n{_tail(log)}")

    def pause(self, seconds: float) -> None:
        self.stopping.check()
        time.sleep(seconds)

    def say(self, line: str) -> None:
        print(f"[{time.monotonic() - self.began:5.1f} s] {line}", flush=True)


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the DATA folder for this supervisor. Raises SupervisorError while another holds it."""
    run = data / "run"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (run / "supervisor.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SupervisorError(
                f"The service already runs on {data}; stop it first, or choose another folder with DATA=."
            ) from None
        yield


def refuse_busy_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise SupervisorError(f"Port {port} is reserved for root; choose another with PORT=.") from None
        except OSError:
            raise SupervisorError(
                f"Port {port} is taken by another program; choose another with PORT=."
            ) from None


def _is_healthy(port: int) -> bool:
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _static_fingerprint() -> str:
    """Changes when a static file of ours does, or a package that brings some."""
    digest = hashlib.sha256((CHECKOUT / "requirements.txt").read_bytes())
    for folder in ("review/web/static", "deploy/vendor/dist"):
        for path in sorted((CHECKOUT / folder).rglob("*")):
            digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _tail(log: Path, lines: int = 6) -> str:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SupervisorError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.supervisor", description="Engross on this machine."
    )
    parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA") or CHECKOUT / ".data"))
    parser.add_argument("--with-parent", action="store_true", help="stop in order when the starter is killed")
    chosen = parser.parse_args()
    if chosen.with_parent:
        processes.tie_to_parent(signal.SIGTERM)
    data = chosen.data.resolve()
    os.chdir(CHECKOUT)
    stopping = Stopping()
    try:
        supervisor = Supervisor(data, _port(chosen.port), stopping)
        embedded.prepare_folders(data)
        with alone(data):
            if left := end_leftovers(supervisor.run):
                supervisor.say(f"Ended {left} programs that an earlier start left behind")
            refuse_busy_port(supervisor.port)
            return _serve_and_stop(supervisor)
    except (SupervisorError, embedded.EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1


def _serve_and_stop(supervisor: Supervisor) -> int:
    try:
        supervisor.serve()
    except StopAsked:
        return 0
    finally:
        supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
