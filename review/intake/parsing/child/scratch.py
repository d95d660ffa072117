"""A folder for one child's temporary files; the warm parent removes it, however the child ended."""

import os
import shutil
import tempfile
from pathlib import Path


def _folder_of(pid: int) -> Path:
    return Path(tempfile.gettempdir()) / f"engross-parsing-{os.getuid()}-{pid}"


def make_scratch() -> Path:
    """This process's own folder, new and empty."""
    folder = _folder_of(os.getpid())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def remove_scratch(pid: int) -> None:
    """Forget what a child left behind, if it had a folder at all."""
    folder = _folder_of(pid)
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
