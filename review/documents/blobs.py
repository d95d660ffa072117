"""The blob store: originals, PDFs for viewing, page images. Keys are random; no name of a file ever becomes a path."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseUnsure

from review.ids import uuid7


class Readable(Protocol):
    """Anything that gives bytes a piece at a time."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Blob:
    """What was stored: its key, its size in bytes and the SHA-256 of its bytes."""

    key: str
    size: int
    sha256: str


def _root() -> Path:
    return Path(unquote(urlsplit(settings.BLOB_URL).path))


def blob_path(key: str) -> Path:
    """Where a blob lies. Only keys made here are accepted."""
    if not key or any(part in {"", ".", ".."} for part in key.split("/")):
        raise ValueError("not a blob key")
    return _root() / key


def put_blob(organization_id: UUID, matter_id: UUID, chunks: Iterable[bytes]) -> Blob:
    """Store bytes under a new key of this matter, hashed while they stream; durable before it returns."""
    key = f"{organization_id}/{matter_id}/{uuid7()}"
    path = blob_path(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        os.rename(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    return Blob(key, size, digest.hexdigest())


def open_blob(key: str) -> IO[bytes]:
    """The bytes of a blob, for reading."""
    return blob_path(key).open("rb")


def read_blob(key: str) -> bytes:
    """All the bytes of a blob."""
    return blob_path(key).read_bytes()


def remove_blob(key: str) -> None:
    """Forget a blob; nothing happens when it is gone already."""
    blob_path(key).unlink(missing_ok=True)


def remove_blobs_of(organization_id: UUID, matter_id: UUID) -> int:
    """Forget every blob of a matter, whether a row names it or not. Returns how many there were."""
    folder = blob_path(f"{organization_id}/{matter_id}")
    there = sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0
    shutil.rmtree(folder, ignore_errors=True)
    return there


@contextmanager
def removed_if_unused() -> Iterator[list[Blob]]:
    """Blobs put in this list are removed again when the rows that would name them were not written.

    After an error of the database they stay: a connection may end at the commit, and nobody knows what was kept.
    """
    stored: list[Blob] = []
    try:
        yield stored
    except DatabaseUnsure:
        raise
    except Exception:
        for blob in stored:
            remove_blob(blob.key)
        raise


def chunks_of(file: Readable, size: int = 1 << 20) -> Iterator[bytes]:
    """A file in pieces."""
    while piece := file.read(size):
        yield piece


@contextmanager
def scratch() -> Iterator[Path]:
    """A private folder that is gone afterwards, beside the blobs so that a rename is cheap."""
    root = _root() / "scratch"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
