"""The readings a caller saves in one folder under one key, and the place of one case file among them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from inference.engine.cache import layers_of
from inference.engine.prefill import Cancelled
from inference.engine.prefix import Prefix

from .beginnings import chunk_ends, digests, in_common, name_of
from .folder import readings_in
from .keys import ReadingKey
from .made_by import MadeBy
from .manifest import Manifest, SavedChunk
from .refused import ReadingRefused
from .restore import check, restore_chunks, whole_chunks
from .saving import Saving

if TYPE_CHECKING:
    from inference.engine.loaded import LoadedModel


class SavedReadings:
    """What is saved under one key in one folder, which is made when something is saved.

    Give every matter a folder and a key of its own: whoever has both can go on from all that lies there.
    """

    def __init__(self, folder: Path, key: ReadingKey) -> None:
        self.folder, self.key = folder, key

    def of(self, loaded: "LoadedModel", token_ids: Sequence[int]) -> "SavedReading":
        """The place of a case file among them."""
        return SavedReading(self, loaded, tuple(token_ids))


class SavedReading:
    """One case file of one model: where its reading is saved, and what is saved that it begins with.

    `tokens` are there to be restored and `restored` were; both are whole chunks, so that reading on from them gives
    the same bytes as reading from the start. `refusals` say what was not taken and why.
    """

    def __init__(self, readings: SavedReadings, loaded: "LoadedModel", token_ids: tuple[int, ...]) -> None:
        self._key, self._loaded = readings.key, loaded
        self._made_by = MadeBy.of(loaded)
        self._ends = chunk_ends(len(token_ids), self._made_by.chunk)
        self._digests = digests(readings.key, token_ids, self._ends)
        self._folder = readings.folder / name_of(readings.key, self._made_by, self._digests[-1])
        self._saving: Saving | None = None
        self.restored = 0
        self.refusals: tuple[ReadingRefused, ...] = ()
        self._from, self._manifest = self._longest(readings.folder)

    @property
    def tokens(self) -> int:
        """How many tokens can be restored, by what their files look like from outside."""
        return self._manifest.done

    def restore(self, progress: Callable[[int], None], cancelled: Callable[[], bool]) -> Prefix | None:
        """What is saved of its beginning; None where that is nothing. Raises Cancelled.

        A chunk that does not open is told in `refusals`, and what lies before it is taken. Who broke off reading
        without what was read in hand has here what was saved of it.
        """
        self._from, self._manifest = self._by_now()
        while self._manifest.chunks:
            opened: list[int] = []

            def read(done: int, opened: list[int] = opened) -> None:
                opened.append(done)
                progress(done)
                if cancelled():
                    raise Cancelled(None)

            try:
                prefix = restore_chunks(
                    self._from,
                    self._manifest,
                    len(self._manifest.chunks),
                    self._key,
                    self._loaded,
                    capacity=self._ends[-1],
                    read=read,
                )
            except ReadingRefused as refusal:
                self.refusals += (refusal,)
                whole = len(opened) if len(opened) < len(self._manifest.chunks) else 0
                self._manifest = self._manifest.with_chunks(self._manifest.chunks[:whole])
            else:
                self.restored = prefix.tokens
                return prefix
        return None

    def saving(self) -> Saving:
        """What saves the rest while it is being read; each goes on from where the one before ended."""
        self._from, self._manifest = self._by_now()
        self._saving = Saving(
            self._folder, self._key, self._manifest, self._digests, layers_of(self._loaded), self._from
        )
        return self._saving

    @property
    def name(self) -> str:
        """What it is listed and deleted by in its folder, once something of it is saved."""
        return self._folder.name

    @property
    def bytes(self) -> int:
        """What is saved of it takes so many bytes on the disk, by what its files look like from outside now."""
        return sum(chunk.bytes for chunk in self._lies_there())

    @property
    def saved_tokens(self) -> int:
        """How many tokens are saved by now, restored or read, by what their files look like from outside."""
        chunks = self._lies_there()
        return chunks[-1].end if chunks else 0

    @property
    def is_whole(self) -> bool:
        """Whether all of it could be restored now."""
        return self.saved_tokens == self._ends[-1]

    @property
    def trouble(self) -> str:
        """Why not all of it is saved, in a sentence; empty where nothing was in the way."""
        return self._saving.trouble if self._saving else ""

    def _lies_there(self) -> tuple[SavedChunk, ...]:
        """The chunks that are saved by now, in another reading's folder where it was only restored from there."""
        folder, manifest = self._by_now()
        return manifest.chunks[: whole_chunks(folder, manifest)]

    def _by_now(self) -> tuple[Path, Manifest]:
        """Where it lies and what is saved of it, that which was saved since it was looked for included."""
        if self._saving is None:
            return self._from, self._manifest
        return self._saving.begun_in, self._saving.manifest

    def _longest(self, folder: Path) -> tuple[Path, Manifest]:
        """The reading that begins like this one for longest, cut to what they have in common."""
        today = datetime.now(UTC).date().isoformat()
        mine = Manifest(self._key.check, self._made_by, today, self._ends[-1])
        best = (self._folder, mine)
        for listed in readings_in(folder):
            if listed.manifest is None:
                self.refusals += (ReadingRefused("unreadable"),)
                continue
            chunks = listed.manifest.chunks[: self._in_common(listed.folder, listed.manifest)]
            if chunks and (chunks[-1].end, listed.folder == self._folder) > (best[1].done, False):
                best = (listed.folder, mine.with_chunks(chunks))
        return best

    def _in_common(self, folder: Path, manifest: Manifest) -> int:
        """How many whole chunks a reading has in common with this one; what it is refused for is noted."""
        theirs = [chunk.digest for chunk in manifest.chunks]
        try:
            if manifest.key_check == self._key.check and set(theirs).isdisjoint(self._digests):
                return 0  # another case file: no cause for a word
            check(manifest, self._key, self._made_by)
        except ReadingRefused as refusal:
            self.refusals += (refusal,)
            return 0
        whole = whole_chunks(folder, manifest)
        if whole < len(theirs):
            self.refusals += (ReadingRefused("cut off"),)
        return min(whole, in_common(theirs, self._digests))
