"""A key, a folder for readings, and a count of the passes through a model."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from inference.engine.loaded import LoadedModel
from inference.engine.prefill import prefill
from inference.engine.prefix import Prefix
from inference.engine.saved.keys import ReadingKey
from inference.engine.saved.saved_readings import SavedReading, SavedReadings

CaseFileIds = list[int]


@pytest.fixture(scope="session")
def key() -> ReadingKey:
    return ReadingKey(bytes(range(32)))


@pytest.fixture
def readings(tmp_path: Path, key: ReadingKey) -> SavedReadings:
    """Where readings are saved; nothing is there yet."""
    return SavedReadings(tmp_path / "readings", key)


def read_in(
    readings: SavedReadings, model: LoadedModel, token_ids: CaseFileIds
) -> tuple[Prefix, SavedReading]:
    """Restore what is saved of a case file, read the rest, and save that."""
    saved = readings.of(model, token_ids)
    begun = saved.restore(lambda done: None, lambda: False)
    if begun is not None and begun.tokens == len(token_ids):
        return begun, saved
    with saved.saving() as keep:
        return prefill(model, token_ids, begun=begun, keep=keep), saved


@contextmanager
def counted_passes(model: LoadedModel) -> Iterator[list[int]]:
    """The number of tokens of every pass through a model."""
    passes: list[int] = []

    def note(module: Any, args: Any, kwargs: dict[str, Any]) -> None:
        passes.append(kwargs["input_ids"].shape[1])

    hook = model.model.register_forward_pre_hook(note, with_kwargs=True)
    try:
        yield passes
    finally:
        hook.remove()
