"""Saves a reading while it is being read: every chunk sealed into a file of its own, then named in the manifest.

Sealing and writing go on beside the reading of the next chunk, one chunk behind it at the most. Whatever goes wrong
on the disk ends the saving and never the reading.
"""

import fcntl
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from torch import Tensor

from inference.engine.store import Layers, PrefixStore

from .chunk_tensors import added
from .keys import ReadingKey
from .manifest import Manifest, SavedChunk, chunk_file, save_manifest, sync_folder
from .seal import SealedWriter
from .tensor_stream import write_tensors

_log = logging.getLogger(__name__)


class Saving:
    """Told of every chunk of one reading as it is finished; used as a context, which waits for the last to be saved.

    `digests` are those of all chunks of the case file; `manifest` names what is saved by now, at first what lies in
    `begun_in`, whose files are shared where that is another folder. A folder is written by one process at a time.
    `trouble` says, once there is some, why nothing more is saved.
    """

    def __init__(
        self,
        folder: Path,
        key: ReadingKey,
        manifest: Manifest,
        digests: Sequence[str],
        kind: Layers,
        begun_in: Path,
    ) -> None:
        self.folder, self.manifest = folder, manifest
        self.begun_in = begun_in
        self.trouble = ""
        self._key, self._digests, self._kind = key, digests, kind
        self._lock = -1
        self._last: Future[None] | None = None
        self._beside = ThreadPoolExecutor(1)  # starts no thread before there is something to save

    def __enter__(self) -> "Saving":
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._begin()
        except BlockingIOError:
            self._give_up("another process is saving it")
        except OSError as error:
            self._give_up(error.strerror)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._beside.shutdown(wait=True)
        if self._lock >= 0:
            os.close(self._lock)  # which unlocks it
        if self._last is not None and error is None:
            self._last.result()

    def __call__(self, store: PrefixStore, begin: int, token_ids: Sequence[int], logits: Tensor) -> None:
        """Save the chunk that begins there, unless it is saved already or something was in the way before."""
        if self._last is not None:
            self._last.result()
        end = begin + len(token_ids)
        if self.trouble or end <= self.manifest.done:
            return
        if begin != self.manifest.done:
            self._give_up("its beginning was read without being saved")
            return
        tensors = added(store, begin, token_ids, logits, self._kind)
        self._last = self._beside.submit(self._save, end, tensors)

    def _begin(self) -> None:
        """Name what is there already, taken over from another reading or left by one that was stopped."""
        if self.begun_in != self.folder:
            for number in range(len(self.manifest.chunks)):
                _share(chunk_file(self.begun_in, number), chunk_file(self.folder, number))
            sync_folder(self.folder)
        save_manifest(self.folder, self.manifest)
        self.begun_in = self.folder

    def _save(self, end: int, tensors: Mapping[str, Tensor]) -> None:
        number = len(self.manifest.chunks)
        after = self.manifest.with_chunk(SavedChunk(end, self._digests[number], 0))
        path = chunk_file(self.folder, number)
        part = path.with_suffix(".part")
        try:
            length = self._write(part, after.about(number), tensors)
            part.replace(path)
            sync_folder(self.folder)
            manifest = self.manifest.with_chunk(SavedChunk(end, self._digests[number], length))
            save_manifest(self.folder, manifest)
        except OSError as error:
            with suppress(OSError):  # a disk that takes nothing may not give anything up either
                part.unlink()
            self._give_up(error.strerror)
        else:
            self.manifest = manifest

    def _write(self, part: Path, about: bytes, tensors: Mapping[str, Tensor]) -> int:
        with part.open("wb") as stream:
            sealed = SealedWriter(stream, self._key.files, about)
            write_tensors(sealed.write, tensors)
            sealed.finish()
            stream.flush()
            os.fsync(stream.fileno())
            return stream.tell()

    def _give_up(self, why: str | None) -> None:
        self.trouble = f"This reading is not saved any further: {why or 'the disk refused it'}."
        _log.warning("A reading is not saved any further: %s.", why)


def _share(file: Path, other: Path) -> None:
    """Give a file a second name, or make a copy where the disk knows no such thing."""
    part = other.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        part.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, part)
        with part.open("rb") as copy:
            os.fsync(copy.fileno())
    part.replace(other)
