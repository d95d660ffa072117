"""A hostile file can spoil its own child and nothing else."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from review.intake.parsing import Limits, ParsedDocument, ParseProblem, parse
from review.intake.parsing.warm_parent import warm_parent

from . import authored

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def lease(tmp_path) -> Path:
    return authored.pdf(tmp_path / "lease.pdf", "The rent is due on the first day of each month.")


@pytest.fixture(scope="module")
def long_text(tmp_path_factory) -> Path:
    """A file that takes many seconds to lay out."""
    path = tmp_path_factory.mktemp("long") / "long.txt"
    path.write_text("The Supplier shall perform its obligations under this clause.\n" * 200_000)
    return path


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def eventually(condition):
    """What a condition returns once it is true; the test fails if it never is."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.01)
    raise AssertionError("it never came true")


def in_background(path: Path, **choices):
    outcome: list[ParsedDocument | ParseProblem] = []
    thread = threading.Thread(target=lambda: outcome.append(parse(path, path.name, **choices)))
    thread.start()
    return thread, outcome


def script(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_web_process_gets_no_pdf_library_with_this_package():
    done = script(
        "import review.intake.parsing, review.intake.parsing.archives, review.intake.parsing.sniff, sys\n"
        "print({'pymupdf', 'fitz', 'torch', 'numpy', 'lxml', 'lingua', 'PIL', 'onnxruntime'} & set(sys.modules))"
    )
    assert done.stdout.strip() == "set()", done.stderr


CONFINED = """
import socket
from dataclasses import asdict
from review.intake.parsing.types import Limits
from review.intake.parsing.child.confine import confine
socket.socket(socket.AF_INET).close(), socket.socket(socket.AF_UNIX).close()
confine(asdict(Limits()), memory_bytes=1 << 30, ceiling_bytes=1 << 30, has_local_sockets={local})
import ctypes, os, subprocess, sys
def tried(action):
    try:
        action()
    except (OSError, PermissionError) as refused:
        return type(refused).__name__
    return "made"
print(tried(lambda: socket.socket(socket.AF_INET)), tried(lambda: socket.socket(socket.AF_INET6)),
      tried(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)), tried(lambda: socket.socket(socket.AF_UNIX)))
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(425, 8, 0), ctypes.get_errno())
print(subprocess.run([sys.executable, "-c", "import socket; socket.socket()"], capture_output=True).returncode)
try:
    bytearray(2 << 30)
except MemoryError:
    print("no memory")
"""


@pytest.mark.parametrize(("local", "local_socket"), [(False, "PermissionError"), (True, "made")])
def test_a_confined_process_makes_no_socket_and_no_more_memory(local, local_socket):
    done = script(CONFINED.replace("{local}", str(local)))
    refused = "PermissionError"
    assert done.stdout.splitlines() == [
        f"{refused} {refused} {refused} {local_socket}",
        "-1 13",
        "1",
        "no memory",
    ], done.stderr


def test_where_the_network_cannot_be_refused_nothing_is_opened(monkeypatch):
    done = script(
        "import platform, os\n"
        "platform.machine = lambda: 'abacus'\n"
        "from dataclasses import asdict\n"
        "from review.intake.parsing.types import Limits\n"
        "from review.intake.parsing.child.work import work\n"
        "from review.intake.parsing.frames import decode\n"
        "result = os.memfd_create('outcome')\n"
        "limits = asdict(Limits())\n"
        "work({'task': 'parse', 'path': '/none', 'kind': 'pdf', 'password': None, 'limits': limits}, result, 2)\n"
        "print(decode(os.pread(result, 10000, 0)).cause_code)"
    )
    assert done.stdout.strip() == "not_confined", done.stderr


def test_every_file_has_a_child_of_its_own_and_leaves_none_behind(lease):
    parse(lease, "lease.pdf")
    parent = warm_parent.pid
    for _ in range(5):
        assert isinstance(parse(lease, "lease.pdf"), ParsedDocument)
    assert warm_parent.pid == parent
    assert parent is not None
    assert children_of(parent) == []


@pytest.mark.parametrize(
    ("end", "cause"),
    [(signal.SIGSEGV, "crashed"), (signal.SIGABRT, "crashed"), (signal.SIGKILL, "out_of_memory")],
)
def test_a_child_that_dies_takes_only_its_own_file_along(lease, long_text, end, cause):
    parse(lease, "lease.pdf")
    parent = warm_parent.pid
    assert parent is not None
    thread, outcome = in_background(long_text)
    (child,) = eventually(lambda: children_of(parent))
    time.sleep(0.2)  # past the signals' own set-up in the child
    os.kill(child, end)
    thread.join()
    (problem,) = outcome
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == cause
    assert isinstance(parse(lease, "lease.pdf"), ParsedDocument)
    assert warm_parent.pid == parent
    assert children_of(parent) == []


def test_a_file_that_needs_too_much_memory_is_stopped(long_text, lease):
    problem = parse(long_text, "long.txt", limits=Limits(memory_bytes=330 << 20))
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == "out_of_memory"
    assert isinstance(parse(lease, "lease.pdf"), ParsedDocument)


@pytest.mark.parametrize(
    "limits",
    [Limits(wall_seconds=0.5), Limits(silent_seconds=0.5), Limits(cpu_seconds=1)],
    ids=["wall", "silent", "cpu"],
)
def test_a_file_that_takes_too_long_is_stopped(long_text, limits):
    problem = parse(long_text, "long.txt", limits=limits)
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == "timed_out"


def test_a_file_that_unfolds_too_far_is_stopped(tmp_path):
    (tmp_path / "a.txt").write_text("one two three " * 2000)
    problem = parse(tmp_path / "a.txt", "a.txt", limits=Limits(output_bytes=10_000))
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == "over_limit"


def test_a_person_can_cancel(long_text, lease):
    parse(lease, "lease.pdf")
    asked = iter([False, False, True])
    problem = parse(long_text, "long.txt", should_stop=lambda: next(asked))
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == "cancelled"
    assert warm_parent.pid is not None
    assert children_of(warm_parent.pid) == []


def test_a_warm_parent_that_dies_is_started_again(lease, long_text):
    parse(lease, "lease.pdf")
    first = warm_parent.pid
    assert first is not None
    thread, outcome = in_background(long_text)
    (child,) = eventually(lambda: children_of(first))
    os.kill(first, signal.SIGKILL)
    thread.join()
    (problem,) = outcome
    assert isinstance(problem, ParseProblem)
    assert problem.cause_code == "crashed"
    assert isinstance(parse(lease, "lease.pdf"), ParsedDocument)
    assert warm_parent.pid != first
    eventually(lambda: not Path(f"/proc/{child}").exists())


def test_threads_share_one_warm_parent_and_each_gets_its_own_answer(tmp_path):
    paths = [
        authored.pdf(tmp_path / f"{n}.pdf", f"This is lease number {n} between two parties.")
        for n in range(12)
    ]
    with ThreadPoolExecutor(6) as pool:
        parsed = list(pool.map(lambda path: parse(path, path.name), paths))
    assert [getattr(p, "content", p) for p in parsed] == [
        f"This is lease number {n} between two parties." for n in range(12)
    ]


CALLER = """
import os, sys, time
from pathlib import Path
from review.intake.parsing import parse
from review.intake.parsing.warm_parent import warm_parent
parse(Path(sys.argv[1]), "lease.pdf")
print(warm_parent.pid, flush=True)
pid = os.fork()
if pid == 0:
    assert warm_parent.pid is None
    parse(Path(sys.argv[1]), "lease.pdf")
    print(warm_parent.pid, flush=True)
    time.sleep(60)
time.sleep(60)
"""


def test_it_dies_with_its_caller_and_a_forked_caller_gets_its_own(lease):
    with subprocess.Popen(
        [sys.executable, "-c", CALLER, str(lease)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as caller:
        assert caller.stdout is not None
        first, second = int(caller.stdout.readline()), int(caller.stdout.readline())
        assert first != second
        caller.kill()
        eventually(lambda: not Path(f"/proc/{first}").exists() or _is_dead(first))
        assert Path(f"/proc/{second}").exists()
        os.killpg(caller.pid, signal.SIGKILL)
        eventually(lambda: not Path(f"/proc/{second}").exists() or _is_dead(second))


def _is_dead(pid: int) -> bool:
    """A zombie that whoever adopted it has not buried yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_warm_parent_holds_none_of_its_callers_files_or_secrets(lease, tmp_path, monkeypatch):
    warm_parent.close()
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:secret@localhost/engross")
    held = (tmp_path / "held").open("w")
    os.set_inheritable(held.fileno(), True)
    parse(lease, "lease.pdf")
    open_files = [os.readlink(entry) for entry in Path(f"/proc/{warm_parent.pid}/fd").iterdir()]
    assert not [name for name in open_files if name.startswith(str(tmp_path))]
    assert b"secret" not in Path(f"/proc/{warm_parent.pid}/environ").read_bytes()
    assert len(list(Path(f"/proc/{warm_parent.pid}/task").iterdir())) == 1
    held.close()


def test_memory_brought_together_in_large_pages_is_the_same_and_where_the_kernel_refuses_nothing_happens():
    done = script("""
import re
from pathlib import Path
from review.intake.parsing.child.large_pages import use_large_pages
held = bytes(range(256)) * (64 << 10)
count = use_large_pages()
large = re.search(r"AnonHugePages: +([0-9]+) kB", Path("/proc/self/smaps_rollup").read_text())
assert int(large[1]) >= count * 2048, (large[1], count)
assert held == bytes(range(256)) * (64 << 10)
""")
    assert done.returncode == 0, done.stderr
