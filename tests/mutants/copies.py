"""A copy of the service with one line changed, and a named test run against it in a process of its own."""

import os
import shutil
import subprocess
import sys
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
            ignored = shutil.ignore_patterns("__pycache__", "static", "mutants")
            shutil.copytree(CHECKOUT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(CHECKOUT / name, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(CHECKOUT / name)


def change(folder: Path, mutant: Mutant) -> None:
    """Make the mutation. It must fit in exactly one place, or it is out of date."""
    path = folder / mutant.file
    source = path.read_text(encoding="utf-8")
    assert source.count(mutant.words) == 1, f"{mutant.file} no longer says {mutant.words!r} once"
    path.write_text(source.replace(mutant.words, mutant.instead), encoding="utf-8")


def run(folder: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run the named tests of the copy against the services that are already up."""
    environment = {
        **os.environ,
        "ENGROSS_TEST_DATA": str(bench.services().data),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--rootdir", ".", *tests]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
