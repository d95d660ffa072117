"""`python -m inference bench restore`: what it takes to restore a saved reading, and what to read it again.

The small shape of `bench engine` with random weights: what either side takes does not depend on what weights say. The
files were just written and lie in the system's memory; a disk that must be waited for adds what it needs. Beside them,
what it takes to leave the device for main memory and to come back: next to nothing where the two are one.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inference.engine.load import LoadedModel, load
from inference.engine.prefill import prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, EngineProfile
from inference.engine.saved.folder import readings_in
from inference.engine.saved.keys import ReadingKey
from inference.engine.saved.restore import restore
from inference.engine.saved.saved_readings import SavedReadings
from inference.engine.store import PrefixStore

from .clock import Given, device_name, timed
from .engine import Shape
from .random_model import save

BAR, FROM = 50, 8192  # times faster than prefill, for case files of so many tokens and more
TIMES = 5  # restored so often; the middle one counts
_ROOM = 64  # tokens of the questions by which both are compared
_KEY = ReadingKey(bytes(32))


def bench_restore(*, tokens: int, chunk: int, cache: Cache, work: Path | None, as_json: bool) -> int:
    """Read, save and restore one case file; 1 when the restored answers differ or it took too long."""
    torch.set_num_threads(torch.get_num_threads() if torch.cuda.is_available() else 1)
    shape = Shape.small()
    with tempfile.TemporaryDirectory(dir=work) as folder:
        save(shape.config, shape.dtype, Path(folder) / "model")
        loaded = load(
            EngineProfile(
                Path(folder) / "model", dtype=shape.dtype, chunk=chunk, cache=cache, window=tokens + _ROOM
            )
        )
        figures = {
            "device": device_name(),
            "dtype": shape.dtype,
            "cache": cache,
            "tokens": tokens,
            "chunk": chunk,
            **_measured(loaded, SavedReadings(Path(folder) / "readings", _KEY), tokens),
        }
    print(json.dumps(figures, indent=1) if as_json else _page(figures))
    return 0 if figures["identical"] and figures["pass"] is not False else 1


def _measured(loaded: LoadedModel, readings: SavedReadings, tokens: int) -> dict[str, Any]:
    """Seconds are `timed`'s; those of a clock on the wall, with all waiting, stand apart."""
    drawn = torch.randint(loaded.vocabulary, (tokens,), generator=torch.Generator().manual_seed(1)).tolist()
    chunks = _Chunks()
    prefix, reading = _both(lambda: prefill(loaded, drawn, keep=chunks))
    _, saving = _both(lambda: chunks.save(readings, prefix))
    (listed,) = readings_in(readings.folder)
    again = [_both(lambda: restore(listed.folder, _KEY, loaded)) for _ in range(TIMES)]
    restoring = tuple(statistics.median(column) for column in zip(*(took for _, took in again), strict=True))
    ratio, wall_ratio = (read / restored for read, restored in zip(reading, restoring, strict=True))
    waiting, leaving = _both(prefix.in_memory)
    back, returning = _both(waiting.on_device)
    return {
        "prefill_seconds": round(reading[0], 4),
        "save_seconds": round(saving[0], 4),
        "restore_seconds": round(restoring[0], 4),
        "ratio": round(ratio, 1),
        "bytes": listed.bytes,
        "memory_bytes": prefix.bytes,
        "identical": all(_same(prefix, other) for other in (back, *(restored for restored, _ in again))),
        "bar": BAR if tokens >= FROM else None,
        "pass": ratio >= BAR if tokens >= FROM else None,
        "to_memory_seconds": round(leaving[0], 4),
        "from_memory_seconds": round(returning[0], 4),
        "wall_prefill_seconds": round(reading[1], 4),
        "wall_save_seconds": round(saving[1], 4),
        "wall_restore_seconds": round(restoring[1], 4),
        "wall_to_memory_seconds": round(leaving[1], 4),
        "wall_from_memory_seconds": round(returning[1], 4),
        "wall_ratio": round(wall_ratio, 1),
    }


class _Chunks:
    """The chunks of a reading, remembered so that saving them is measured by itself."""

    def __init__(self) -> None:
        self._heard: list[tuple[int, Sequence[int], Tensor]] = []

    def __call__(self, store: PrefixStore, begin: int, token_ids: Sequence[int], logits: Tensor) -> None:
        store.keep(begin + len(token_ids))
        self._heard.append((begin, token_ids, logits))

    def save(self, readings: SavedReadings, prefix: Prefix) -> None:
        with readings.of(prefix.loaded, prefix.token_ids).saving() as saving:
            for begin, token_ids, logits in self._heard:
                saving(prefix.store, begin, token_ids, logits)


def _both(work: Callable[[], Given]) -> tuple[Given, tuple[float, float]]:
    begun = time.perf_counter()
    given, seconds = timed(work)
    return given, (seconds, time.perf_counter() - begun)


def _same(one: Prefix, other: Prefix) -> bool:
    """Whether both answer two questions with the same bytes."""
    asked = [list(range(32)), [7, 8, 9]]
    return torch.equal(one.fork(2).feed(asked), other.fork(2).feed(asked))


def _page(figures: dict[str, Any]) -> str:
    return "\n".join(f"{key:22} {value}" for key, value in figures.items())
