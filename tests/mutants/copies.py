"""A copy of the service with one line changed, and a named test run against it in a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import bench

CHECKOUT = Path(__file__).resolve().parents[2]
COPIED = ("review", "tests", "pyproject.toml")
LINKED = ("deploy", "inference", "templates")


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken: a file, the words replaced, what takes their place, and the test that must notice."""

    what: str
    file: str
    words: str
    instead: str
    killer: str


def make_copy(folder: Path) -> None:
    """The code and its tests, in a folder where they can be changed."""
    for name in COPIED:
        if (CHECKOUT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "static")
            shutil.copytree(CHECKOUT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(CHECKOUT / name, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(CHECKOUT / name)


@contextmanager
def changed(folder: Path, mutant: Mutant) -> Iterator[None]:
    """The copy with this mutation in it. It must fit in exactly one place, or it is out of date."""
    path = folder / mutant.file
    source = path.read_text(encoding="utf-8")
    assert source.count(mutant.words) == 1, f"{mutant.file} no longer says {mutant.words!r} once"
    path.write_text(source.replace(mutant.words, mutant.instead), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(source, encoding="utf-8")


class Copy:
    """A copy of the code with a warm process in it that runs tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_copy(folder)
        environment = {
            **os.environ,
            "ENGROSS_TEST_DATA": str(bench.services().data),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(folder),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutants.forks"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *tests: str) -> tuple[int, str]:
        """Run the named tests of the copy as it is now; pytest's exit status and what it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(tests) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return status, (self.folder / "tests.log").read_text(encoding="utf-8")

    def close(self) -> None:
        self._process.communicate(timeout=30)
