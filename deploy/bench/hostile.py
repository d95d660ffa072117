"""Deliver files made to break readers, and count what became of each; nothing but a child may fall.

python -m deploy.bench.hostile FOLDER [--json]

Ends with status 1 unless there is one line a file, in an end state whose cause a person understands, every parent
process is the one that was started, and no child had more memory than it may have.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.bench.firm import make_firm
from deploy.bench.stack import Stack, a_service

LOOK_EVERY = 0.02  # seconds; a child that lives for less had no time to fill memory
WARM_PARENT = "review.intake.parsing.child.serve"
COMPLAINTS = ("WorkerLostError", "exited prematurely", "Traceback")
FAULTS = (
    "files_without_a_line",
    "lines_too_many",
    "not_in_an_end_state",
    "problems_without_a_sentence",
    "parts_fallen",
    "complaints_in_the_logs",
    "warm_parents_started_again",
)


@dataclass
class Watch:
    """What was seen of the processes that open files for one worker, looked at many times a second."""

    worker: int
    warm_parents: dict[int, set[int]] = field(default_factory=dict)  # by the worker process that started them
    children: set[int] = field(default_factory=set)
    most_resident: int = 0  # bytes
    most_address_space: int = 0  # bytes

    def look(self) -> None:
        """Note every warm parent and every child of one that lives now."""
        serving = {pid: facts for pid in _processes() if (facts := _facts(pid)) is not None}
        ours = {pid for pid, (parent, _, _) in serving.items() if _session_of(parent) == self.worker}
        for pid, (parent, resident, space) in serving.items():
            if pid in ours:
                self.warm_parents.setdefault(parent, set()).add(pid)
            elif parent in ours:
                self.children.add(pid)
                self.most_resident = max(self.most_resident, resident)
                self.most_address_space = max(self.most_address_space, space)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _session_of(pid: int) -> int | None:
    with suppress(ProcessLookupError, PermissionError):
        return os.getsid(pid)
    return None


def _facts(pid: int) -> tuple[int, int, int] | None:
    """Parent, most memory and most address space of a process of the parsing side; None for any other."""
    with suppress(OSError):
        if WARM_PARENT not in Path(f"/proc/{pid}/cmdline").read_text(errors="replace"):
            return None
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        if "VmPeak" in status:  # a process that is ending has none
            return int(status["PPid"]), _bytes(status["VmHWM"]), _bytes(status["VmPeak"])
    return None


def _bytes(kilobytes: str) -> int:
    return int(kilobytes.split()[0]) * 1024


@contextmanager
def watching(worker: int) -> Iterator[Watch]:
    """Look at what the worker with this process id starts, until the block ends."""
    watch, over = Watch(worker), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            watch.look()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()


def deliver(folder: Path) -> dict[str, Any]:
    """Ingest a folder with one worker of two processes and a reader; what became of every file."""
    with a_service() as stack:
        firm = make_firm(stack.env)
        stack.start_dispatcher()
        stack.start_worker("cpu", concurrency=2)
        stack.start_worker("reader")
        asked = ["--organization", str(firm.organization_id), "--matter", firm.number, "--wait", "--json"]
        began = time.monotonic()
        with watching(stack.parts["cpu"].pid) as watch:
            lines = [json.loads(line) for line in stack.manage("ingest", *asked, str(folder)).splitlines()]
        seconds = time.monotonic() - began
        fallen = [name for name, part in stack.parts.items() if part.poll() is not None]
        return {
            **_became(folder, lines),
            "seconds": seconds,
            "parts_fallen": len(fallen),
            "complaints_in_the_logs": _complaints(stack),
            **_of_processes(watch),
        }


def _became(folder: Path, lines: list[dict[str, Any]]) -> dict[str, Any]:
    from review.documents.models import DocumentState

    sent = {f"{folder.resolve().name}/{path.relative_to(folder)}" for path in _files(folder)}
    told = Counter(line["path"] for line in lines)
    problems = [line for line in lines if DocumentState(line["state"]).is_problem]
    return {
        "files": len(sent),
        "lines": len(lines),
        "files_without_a_line": len(sent - told.keys()),
        "lines_too_many": sum(told[path] - 1 for path in sent & told.keys()),
        "not_in_an_end_state": sum(not DocumentState(line["state"]).is_final for line in lines),
        "problems_without_a_sentence": sum(not (line["cause"] and line["sentence"]) for line in problems),
        "by_state": dict(Counter(line["state"] for line in lines).most_common()),
        "by_cause": dict(Counter(line["cause"] for line in problems).most_common()),
    }


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def _of_processes(watch: Watch) -> dict[str, Any]:
    from review.intake.parsing.parser import DEFAULT_LIMITS

    return {
        "worker_processes": len(watch.warm_parents),
        "warm_parents_started_again": sum(len(pids) - 1 for pids in watch.warm_parents.values()),
        "children_seen": len(watch.children),
        "most_memory_of_a_child_mb": round(watch.most_resident / 2**20),
        "most_address_space_of_a_child_mb": round(watch.most_address_space / 2**20),
        "address_space_allowed_mb": DEFAULT_LIMITS.memory_bytes >> 20,
    }


def _complaints(stack: Stack) -> int:
    logs = [path.read_text(errors="replace") for path in (stack.data / "logs").glob("*.log")]
    return sum(log.count(word) for log in logs for word in COMPLAINTS)


def is_clean(figures: dict[str, Any]) -> bool:
    """Whether nothing was lost, nothing but a child fell, and every child kept within its memory."""
    within = figures["most_address_space_of_a_child_mb"] <= figures["address_space_allowed_mb"]
    return within and bool(figures["children_seen"]) and not any(figures[fault] for fault in FAULTS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    figures = deliver(chosen.folder)
    if chosen.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name:34} {figure:,.1f}" if isinstance(figure, float) else f"{name:34} {figure}")
    sys.exit(0 if is_clean(figures) else 1)


if __name__ == "__main__":
    main()
