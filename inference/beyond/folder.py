"""Memories on the disk, sealed under the caller's key, each whole or not there. Knows bytes, not what they remember.

A memory is as secret as its document. Its file's name is a digest of the document's words that nobody can try out
without the key; before the seal stands what tells a wrong key at once.
"""

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from inference.engine.saved.keys import ReadingKey
from inference.engine.saved.manifest import sync_folder
from inference.engine.saved.seal import SealBroken, SealedReader, SealedWriter
from inference.types import CaseFile

from .remember import sha256_of

_SUFFIX, _PIECE, _UNFINISHED = ".memory", ".piece", ".part"
_CHECK = 32  # bytes before the seal
_LEFT_BEHIND = (
    3600  # seconds after which an unfinished file is nobody's: one is written in less than a second
)


class MemoryFolder(Mapping[str, bytes]):
    """The memories of a case file's documents in one folder under one key; give every matter both of its own.

    Pieces of a long document lie beside them until all of it is remembered. `refusals` say what was not taken and why,
    `trouble` why something could not be kept: neither ends a reading.
    """

    def __init__(self, folder: Path, key: ReadingKey, case_file: CaseFile) -> None:
        """Raises OSError where there can be no such folder."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._key = folder, key
        self._names = {each.id: _name(key, each.content) for each in case_file.documents}
        self.refusals: list[str] = []
        self.trouble = ""
        self._in_pieces = {path.name.partition("-")[0] for path in folder.glob(f"*{_PIECE}")}
        self._sweep()

    def __getitem__(self, document_id: str) -> bytes:
        path = self._path(document_id)
        try:
            return self._opened(path)
        except OSError:
            raise KeyError(document_id) from None
        except SealBroken:
            self.refusals.append("A memory was changed after it was sealed, or cut off; it is made anew.")
            raise KeyError(document_id) from None

    def __iter__(self) -> Iterator[str]:
        return (document_id for document_id in self._names if self._path(document_id).is_file())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def keep(self, document_id: str, made: bytes) -> None:
        """Seal one memory into its place; whoever is killed meanwhile leaves none."""
        self._keep(self._path(document_id), made)

    def piece(self, document_id: str, name: str) -> bytes | None:
        """A piece of a document that is not wholly remembered yet; None where it is not there, or does not open."""
        try:
            return self._opened(self._piece_path(document_id, name))
        except (OSError, SealBroken):
            return None

    def keep_piece(self, document_id: str, name: str, made: bytes) -> None:
        """Seal one piece into its place, as a memory is."""
        self._in_pieces.add(self._names[document_id])
        self._keep(self._piece_path(document_id, name), made)

    def drop_pieces(self, document_id: str) -> None:
        """Remove those of a document that is remembered here: then they serve for nothing."""
        name = self._names[document_id]
        if name not in self._in_pieces:  # most are in none: a folder of thousands is not searched for each
            return
        if not self._path(document_id).is_file():  # the disk took no more: whoever comes goes on from them
            return
        for path in self._folder.glob(f"{name}-*{_PIECE}"):
            with suppress(OSError):
                path.unlink()

    def _keep(self, path: Path, made: bytes) -> None:
        part = path.with_name(f"{path.stem}-{secrets.token_hex(8)}{_UNFINISHED}")
        try:
            self._write(part, path.stem, made)
            part.replace(path)
            sync_folder(self._folder)
        except OSError as error:
            with suppress(OSError):  # a disk that takes nothing may not give anything up either
                part.unlink()
            self.trouble = f"Not every memory is kept: {error.strerror or 'the disk refused it'}."

    @property
    def is_there(self) -> bool:
        """Whether it lies on the disk: its owner may remove it at any time, with all that was kept."""
        return self._folder.is_dir()

    @property
    def sealed_otherwise(self) -> int:
        """How many memories lie there that another key has sealed."""
        return sum(_check_of(path) != self._check for path in self._folder.glob(f"*{_SUFFIX}"))

    @property
    def _check(self) -> bytes:
        return self._key.check.encode("ascii")

    def _path(self, document_id: str) -> Path:
        return self._folder / f"{self._names[document_id]}{_SUFFIX}"

    def _piece_path(self, document_id: str, name: str) -> Path:
        short = hashlib.sha256(name.encode()).hexdigest()[:16]
        return self._folder / f"{self._names[document_id]}-{short}{_PIECE}"

    def _opened(self, path: Path) -> bytes:
        with path.open("rb") as stream:
            if stream.read(_CHECK) != self._check:
                raise SealBroken
            length = os.fstat(stream.fileno()).st_size - _CHECK
            sealed = SealedReader(stream, length, self._key.files, _about(path.stem))
            size = int.from_bytes(sealed.read(8), "big")
            if size > length:
                raise SealBroken
            made = sealed.read(size)
            sealed.finish()
        return made

    def _write(self, part: Path, name: str, made: bytes) -> None:
        with part.open("xb") as stream:
            stream.write(self._check)
            sealed = SealedWriter(stream, self._key.files, _about(name))
            sealed.write(len(made).to_bytes(8, "big"))
            sealed.write(made)
            sealed.finish()
            stream.flush()
            os.fsync(stream.fileno())

    def _sweep(self) -> None:
        """Remove what killed writers left."""
        for part in self._folder.glob(f"*{_UNFINISHED}"):
            try:
                if time.time() - part.stat().st_mtime > _LEFT_BEHIND:
                    part.unlink()
            except FileNotFoundError:  # its writer lives, and has just finished
                continue


def _name(key: ReadingKey, content: str) -> str:
    return hmac.new(key.digests, f"memory {sha256_of(content)}".encode(), hashlib.sha256).hexdigest()[:32]


def _about(name: str) -> bytes:
    return f"memory of a document {name}".encode("ascii")


def _check_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_CHECK)
