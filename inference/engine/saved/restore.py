"""A prefix made again from the chunks that lie saved of it, bit for bit."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inference.engine.cache import layers_of
from inference.engine.prefix import Prefix
from inference.engine.store import PrefixStore

from .beginnings import digests, name_of
from .chunk_tensors import Gathered
from .keys import ReadingKey
from .made_by import MadeBy
from .manifest import Manifest, chunk_file, load_manifest
from .refused import ReadingRefused
from .seal import SealBroken, SealedReader
from .tensor_stream import read_tensors

if TYPE_CHECKING:
    from inference.engine.loaded import LoadedModel

Gone = Callable[[int], None]


def restore(
    folder: Path, key: ReadingKey, loaded: "LoadedModel", token_ids: Sequence[int] | None = None
) -> Prefix:
    """The whole reading that a folder holds, of these tokens where some are given; raises ReadingRefused.

    A folder's name is bound to all that was read: who cut a reading short passes the rest off as whole in none.
    """
    manifest, made_by = load_manifest(folder), MadeBy.of(loaded)
    check(manifest, key, made_by)
    if token_ids is not None and manifest.tokens != len(token_ids):
        raise ReadingRefused("tokens")
    if not manifest.is_finished:
        raise ReadingRefused("unfinished")
    if whole_chunks(folder, manifest) < len(manifest.chunks):
        raise ReadingRefused("cut off")
    if token_ids is not None and manifest.chunks[-1].digest != digests(key, token_ids, (manifest.tokens,))[0]:
        raise ReadingRefused("tokens")
    if not manifest.chunks or folder.name != name_of(key, made_by, manifest.chunks[-1].digest):
        raise ReadingRefused("changed")
    return restore_chunks(folder, manifest, len(manifest.chunks), key, loaded)


def check(manifest: Manifest, key: ReadingKey, made_by: MadeBy) -> None:
    """Raise ReadingRefused unless the key is the one it was sealed with and this model could have made it."""
    if manifest.key_check != key.check:
        raise ReadingRefused("key")
    reason = manifest.made_by.differs(made_by)
    if reason:
        raise ReadingRefused(reason)


def whole_chunks(folder: Path, manifest: Manifest) -> int:
    """How many chunks from the first on lie there in full length."""
    for number, chunk in enumerate(manifest.chunks):
        path = chunk_file(folder, number)
        try:
            is_whole = path.is_file() and path.stat().st_size == chunk.bytes
        except OSError:  # it goes while it is looked at
            is_whole = False
        if not is_whole:
            return number
    return len(manifest.chunks)


def restore_chunks(
    folder: Path,
    manifest: Manifest,
    chunks: int,
    key: ReadingKey,
    loaded: "LoadedModel",
    *,
    capacity: int = 0,
    read: Gone = lambda done: None,
) -> Prefix:
    """The first so many chunks of a checked reading, with room for `capacity` tokens; raises ReadingRefused.

    `read` hears how many tokens were read back after every chunk, and may raise to stop.
    """
    tokens = manifest.chunks[chunks - 1].end
    kind = layers_of(loaded)
    gathered = Gathered(tokens, loaded.layers, kind)
    for number in range(chunks):
        _read_chunk(folder, manifest, number, key, gathered)
        read(manifest.chunks[number].end)
    token_ids = gathered.token_ids
    if digests(key, token_ids, (tokens,)) != (manifest.chunks[chunks - 1].digest,):
        raise ReadingRefused("tokens")
    layers = gathered.layers(loaded.layer_devices)
    store = PrefixStore.of(tokens, layers, capacity, kind)
    return Prefix(loaded, token_ids, store, gathered.logits.to(loaded.device), gathered.kept_mass)


def _read_chunk(folder: Path, manifest: Manifest, number: int, key: ReadingKey, gathered: Gathered) -> None:
    length = manifest.chunks[number].bytes
    try:
        with chunk_file(folder, number).open("rb") as stream:
            sealed = SealedReader(stream, length, key.files, manifest.about(number))
            read_tensors(sealed.read, sealed.read_into, gathered.place)
            sealed.finish()
    except OSError:
        raise ReadingRefused("cut off") from None
    except SealBroken:
        raise ReadingRefused("changed") from None
