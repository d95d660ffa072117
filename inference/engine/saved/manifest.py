"""The manifest of a saved reading: what it is and which of its chunks are whole. No word or token of a text.

It is written anew beside the old one and renamed after every chunk, and names a chunk only when that lies on the disk.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from .made_by import MadeBy
from .refused import ReadingRefused

NAME, FORM = "manifest.json", 1
_TOKEN = 4  # bytes that a token takes at the least: its id


@dataclass(frozen=True)
class SavedChunk:
    """One chunk that is whole: the tokens from the first up to its `end` digested, and its file's length in bytes."""

    end: int
    digest: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """A reading of so many `tokens`, of which those up to the last chunk's end are saved, last on a day."""

    key_check: str
    made_by: MadeBy
    saved_on: str
    tokens: int
    chunks: tuple[SavedChunk, ...] = ()

    @property
    def done(self) -> int:
        """How many tokens are saved."""
        return self.chunks[-1].end if self.chunks else 0

    @property
    def is_finished(self) -> bool:
        """Whether all of them are."""
        return self.done == self.tokens

    def with_chunks(self, chunks: Sequence[SavedChunk]) -> "Manifest":
        """The same reading with these chunks."""
        return replace(self, chunks=tuple(chunks))

    def with_chunk(self, chunk: SavedChunk) -> "Manifest":
        """The same reading with one more chunk."""
        return self.with_chunks((*self.chunks, chunk))

    def about(self, number: int) -> bytes:
        """What the file of a chunk is bound to: it opens nowhere else, and not where any of this was changed."""
        chunk = self.chunks[number]
        begin = self.chunks[number - 1].end if number else 0
        told = {
            "form": FORM,
            **asdict(self.made_by),
            "begin": begin,
            "end": chunk.end,
            "digest": chunk.digest,
        }
        return json.dumps(told, sort_keys=True).encode()


def chunk_file(folder: Path, number: int) -> Path:
    """Where a chunk lies, counted from 0."""
    return folder / f"{number:06d}.sealed"


def load_manifest(folder: Path) -> Manifest:
    """The manifest of a reading's folder; raises ReadingRefused."""
    try:
        return _manifest(json.loads((folder / NAME).read_bytes()))
    except (OSError, AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        raise ReadingRefused("unreadable") from None


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Put it in the place of the one before, in one piece; it outlives a loss of power."""
    part = folder / f"{NAME}.part"
    with part.open("w", encoding="utf-8") as stream:
        json.dump({"form": FORM, **asdict(manifest)}, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / NAME)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _manifest(row: dict[str, Any]) -> Manifest:
    if row["form"] != FORM:
        raise ValueError
    made = row["made_by"]
    chunks = tuple(SavedChunk(int(c["end"]), str(c["digest"]), int(c["bytes"])) for c in row["chunks"])
    ends = [0, *(chunk.end for chunk in chunks)]
    if any(a >= b for a, b in pairwise(ends)) or ends[-1] > int(row["tokens"]):
        raise ValueError
    # Room is set aside before anything is opened: never for more tokens than such files can hold.
    if any(_TOKEN * (b - a) > chunk.bytes for (a, b), chunk in zip(pairwise(ends), chunks, strict=True)):
        raise ValueError
    return Manifest(
        key_check=str(row["key_check"]),
        made_by=MadeBy(
            str(made["weights"]),
            str(made["code"]),
            str(made["cache"]),
            int(made["chunk"]),
            int(made["layers"]),
        ),
        saved_on=str(row["saved_on"]),
        tokens=int(row["tokens"]),
        chunks=chunks,
    )
