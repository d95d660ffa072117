"""A tiny model's reader, case files of our own, a clock that is set, and a keeper that notes what it tells."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from inference.engine.keeping.budgets import Limits, reading_bytes
from inference.engine.keeping.keeper import Keeper
from inference.engine.keeping.moves import Move, Place
from inference.engine.load import load
from inference.engine.profile import EngineProfile
from inference.engine.reader import EngineReader
from inference.engine.reading import EngineReading
from inference.engine.saved.keys import ReadingKey
from inference.engine.saved.saved_readings import SavedReadings
from inference.types import CaseFile, SourceText
from tests.inference.engine.tiny_models import AUTHORED

LINES = AUTHORED.splitlines(keepends=True)
NAMES = "abcdef"


@pytest.fixture(scope="session")
def reader(model_folder: Callable[[str], Path]) -> EngineReader:
    """It reads 32 tokens at a time and keeps them in eight bits."""
    return EngineReader(load(EngineProfile(model_folder("qwen3"), dtype="float32", chunk=32)))


def case_of(name: str) -> CaseFile:
    """A case file that goes by a name: in small letters all are of one length, in capitals of several."""
    lines = LINES[0] if name.islower() else "".join(LINES[: 1 + NAMES.index(name.lower()) % len(LINES)])
    return CaseFile((SourceText(name, f"{name}: {lines}"),))


class Kept:
    """A keeper of a reader's readings, by name; `moves` is what it told and has not been looked at."""

    def __init__(self, reader: EngineReader, limits: Limits, shelf: SavedReadings | None = None) -> None:
        self.reader, self.shelf = reader, shelf
        self.moves: list[Move[str]] = []
        self.now = 1000.0
        self.keeper: Keeper[str, EngineReading] = Keeper(limits, self.moves.append, lambda: self.now)

    def begin(self, name: str) -> EngineReading:
        reading = self.reader.begin(case_of(name))
        if self.shelf is not None:
            reading.keep_in(self.shelf)
        return reading

    def using(self, name: str) -> AbstractContextManager[EngineReading]:
        return self.keeper.using(name, lambda: self.begin(name))

    def read(self, *names: str) -> None:
        """Use readings one after the other, a second each, reading what is not read."""
        for name in names:
            self.now += 1
            with self.using(name) as reading:
                if not reading.is_complete:
                    reading.prefill()

    def places(self) -> dict[str, Place]:
        return {kept.key: kept.place for kept in self.keeper.statement()}

    def told(self) -> list[tuple[str, str, str, str, str | None]]:
        """What was told since the last look."""
        moved = [(each.key, each.before, each.after, each.why, each.room_for) for each in self.moves]
        self.moves.clear()
        return moved


MakeKept = Callable[..., Kept]


@pytest.fixture
def kept(reader: EngineReader, tmp_path: Path) -> MakeKept:
    """A keeper whose budgets are counted in case files that go by small letters."""
    (each,) = {reader.begin(case_of(name)).bytes for name in NAMES}

    def make(device: float, memory: float = 0, lifetime: float | None = None, *, saves: bool = False) -> Kept:
        window = reading_bytes(reader.loaded, reader.window)
        limits = Limits(int(device * each), int(memory * each), lifetime, window)
        return Kept(
            reader, limits, SavedReadings(tmp_path / "shelf", ReadingKey(bytes(32))) if saves else None
        )

    return make
