"""A folder of saved readings: what lies in it, told without the key, and what is to be used or deleted of it."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .manifest import Manifest, load_manifest
from .refused import ReadingRefused

_DELETED = ".deleted-"


@dataclass(frozen=True)
class Listed:
    """One reading of a folder: `manifest` is None where it cannot be read. Bytes are those on the disk.

    `shared_bytes` of them belong to other readings as well, which begin with the same tokens.
    """

    folder: Path
    manifest: Manifest | None
    bytes: int
    shared_bytes: int

    @property
    def name(self) -> str:
        """What it is deleted by."""
        return self.folder.name


def readings_in(folder: Path) -> Iterator[Listed]:
    """Every reading of a folder in the order of their names; no key is needed, and nothing is opened but manifests."""
    for own in sorted(folder.iterdir()) if folder.is_dir() else ():
        if own.is_dir() and not own.name.startswith("."):
            yield _listed(own)


def delete_reading(folder: Path) -> bool:
    """Remove a reading's folder with all that lies in it; False where there is none.

    It is gone with the first step, even if somebody is saving into it or this process dies on the way; what such a
    death left behind is removed with the next deletion beside it.
    """
    left = folder.with_name(f"{_DELETED}{secrets.token_hex(8)}")
    try:
        folder.rename(left)
    except FileNotFoundError:
        return False
    for gone in folder.parent.glob(f"{_DELETED}*"):
        shutil.rmtree(gone, onerror=_unless_gone if gone == left else _let_be)
    return True


def _unless_gone(function: object, path: str, failure: tuple[type, BaseException, object]) -> None:
    """Raise what stands in the way; who deletes another reading beside it may have been quicker."""
    if not isinstance(failure[1], FileNotFoundError):
        raise failure[1]


def _let_be(function: object, path: str, failure: tuple[type, BaseException, object]) -> None:
    """What another left behind stays where it cannot be removed."""


def _listed(folder: Path) -> Listed:
    try:
        manifest = load_manifest(folder)
    except ReadingRefused:
        manifest = None
    found = list(_files(folder))
    return Listed(
        folder,
        manifest,
        sum(each.st_size for each in found),
        sum(each.st_size for each in found if each.st_nlink > 1),
    )


def _files(folder: Path) -> Iterator[os.stat_result]:
    """Others may be saving there, or deleting it: files that go while they are looked at are not counted."""
    try:
        for file in folder.iterdir():
            with suppress(FileNotFoundError):
                if file.is_file():
                    yield file.stat()
    except FileNotFoundError:
        return
