"""The supervisor as the person at the terminal meets it, with the real service beneath."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy import embedded, supervisor
from deploy.children import Child, end_leftovers
from deploy.embedded import processes
from deploy.embedded.processes import Process

Starting = Callable[[object], subprocess.Popen[str]]
CHECKOUT = Path(supervisor.__file__).resolve().parents[1]


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="engross-supervised-"))
    yield folder
    end_leftovers(folder / "run")
    embedded.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(data: Path) -> Iterator[Starting]:
    """`start(port)` runs a supervisor over the DATA folder; none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def start_on(port: object) -> subprocess.Popen[str]:
        running = subprocess.Popen(
            [sys.executable, "-m", "deploy.supervisor", "--port", str(port), "--data", str(data)],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(running)
        return running

    yield start_on
    for running in started:
        running.kill()
        running.wait()


def told_until(running: subprocess.Popen[str], words: str) -> str:
    """Read what the supervisor prints up to a line with these words, or to its end."""
    assert running.stdout is not None
    told = ""
    for line in running.stdout:
        told += line
        if words in line:
            break
    return told


def answer_of(port: int, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path)
    return line.getresponse().status


def programs_of(data: Path) -> list[str]:
    """The living programs whose command line or environment names this DATA folder."""
    found = []
    for process in psutil.process_iter():
        try:
            ours = str(data) in " ".join(process.cmdline()) or process.environ().get("DATA") == str(data)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def a_child(folder: Path, name: str, program: str) -> Child:
    return Child(
        name=name,
        command=[sys.executable, "-c", program],
        env=dict(os.environ),
        logs=folder,
        run=folder,
        patience=5.0,
    )


def test_the_service_starts_survives_a_kill_and_stops_without_a_trace(
    data: Path, free_port: int, start: Starting
) -> None:
    first = start(free_port)
    told = told_until(first, "Ctrl-C stops the service")
    assert f"Ready: http://127.0.0.1:{free_port}/" in told
    assert re.search(r"\S+@\S+\s+\S+", told.split("Sign in as")[1])
    assert answer_of(free_port, "/healthz") == 200

    second = start(free_port + 1)
    refusal = told_until(second, "never")
    assert second.wait() == 1
    assert len(refusal.splitlines()) == 1
    assert "already runs" in refusal

    first.kill()
    first.wait()
    again = start(free_port)
    assert "Ready:" in told_until(again, "Ctrl-C stops the service")
    assert answer_of(free_port, "/healthz") == 200
    webs = [line for line in programs_of(data) if "uvicorn" in line]
    assert len(webs) == 1

    again.send_signal(signal.SIGINT)
    farewell = told_until(again, "never")
    assert again.wait() == 0
    order = re.findall(r"web|dispatcher|worker|Valkey|PostgreSQL", farewell)
    assert order == ["web", "dispatcher", "worker", "worker", "Valkey", "PostgreSQL"]
    assert programs_of(data) == []


def test_a_busy_port_is_refused_in_one_sentence_before_anything_starts(data: Path, start: Starting) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = start(port)
        told = told_until(refused, "never")
        assert refused.wait() == 1
    assert told == f"Port {port} is taken by another program; choose another with PORT=.\n"
    assert not (data / "postgres").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_in_one_sentence(data: Path, port: str) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "deploy.supervisor", f"--port={port}", "--data", str(data)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr == f"PORT must be a number from 1 to 65535, not {port!r}.\n"


def test_only_whole_lines_of_progress_are_passed_on(tmp_path: Path) -> None:
    log = tmp_path / "seed_demo.log"
    log.write_text("  1 of 9 files, of an earlier run\n")
    said: list[str] = []
    progress = supervisor.Progress(log)
    with log.open("a") as file:
        file.write("  2 of 14 files, 0 read\nTraceback (most recent call last):\n  3 of 14")
        file.flush()
        progress.tell(said.append)
        assert said == ["  2 of 14 files, 0 read"]
        file.write(" files, 1 read\n")
    progress.tell(said.append)
    assert said[1:] == ["  3 of 14 files, 1 read"]


def test_a_child_that_falls_starts_again_and_one_line_tells(tmp_path: Path) -> None:
    said: list[str] = []
    child = a_child(tmp_path, "web", "import time; time.sleep(600)")
    child.start()
    fallen = processes.load(tmp_path / "child-web.pid")
    assert fallen is not None
    os.kill(fallen.pid, signal.SIGKILL)

    def is_back() -> bool:
        child.look_after(said.append)
        running = processes.load(tmp_path / "child-web.pid")
        return running is not None and running != fallen and running.is_running()

    assert wait_until(is_back)
    assert said == [
        f"web ended (signal SIGKILL) and starts again in 1 s; see {tmp_path / 'web.log'}",
    ]
    child.ask_to_end()
    child.wait_or_kill(hurried=lambda: False)


def test_a_child_that_falls_at_once_waits_longer_each_time(tmp_path: Path) -> None:
    said: list[str] = []
    child = a_child(tmp_path, "web", "raise SystemExit(3)")
    child.start()

    def fell_three_times() -> bool:
        child.look_after(said.append)
        return len(said) == 3

    assert wait_until(fell_three_times)
    assert [re.search(r"status 3.* in (\d+) s", line)[1] for line in said] == ["1", "2", "4"]  # type: ignore[index]
    child.wait_or_kill(hurried=lambda: True)


def test_a_child_is_ended_with_what_it_started(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys, time;"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True);"
        "time.sleep(600)"
    )
    child = a_child(tmp_path, "worker-cpu", program)
    child.start()
    assert wait_until(lambda: child.log.read_text().endswith("\n"))
    grandchild = processes.find(int(child.log.read_text()))
    assert grandchild is not None
    child.ask_to_end()
    child.wait_or_kill(hurried=lambda: False)
    assert not grandchild.is_running()
    assert not (tmp_path / "child-worker-cpu.pid").exists()


def test_what_a_killed_supervisor_left_is_ended_by_the_next_start(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as log:
        orphan = processes.spawn(
            [sys.executable, "-c", "import time; time.sleep(600)"], log=log, env={}, cwd=tmp_path
        )
    left = processes.find(orphan.pid)
    assert left is not None
    left.save(tmp_path / "child-web.pid")
    assert end_leftovers(tmp_path) == 1
    assert not left.is_running()
    assert list(tmp_path.glob("child-*.pid")) == []


def test_a_number_used_again_by_somebody_else_is_left_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        found = processes.find(bystander.pid)
        assert found is not None
        Process(found.pid, found.started - 1).save(tmp_path / "child-web.pid")
        assert end_leftovers(tmp_path) == 0
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
