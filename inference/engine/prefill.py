"""Takes a case file in, chunk by chunk; knows token ids, not text.

Memory stays flat: each chunk sees what was read before it where it lies, and is written behind it into room that
was set aside at the start.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from .cache import layers_of
from .kept_mass import KeptMass
from .loaded import LoadedModel
from .prefix import Prefix, WindowFull
from .sparse import SparseReading
from .step import ReadOn, run
from .store import PrefixStore

Progress = Callable[[int, int], None]
Keep = Callable[[PrefixStore, int, Sequence[int], Tensor], None]


def forget(store: PrefixStore, begin: int, token_ids: Sequence[int], logits: Tensor) -> None:
    """Nobody saves what was read."""


class Cancelled(Exception):
    """Somebody asked to stop; `finished` is what had been read, None if that was nothing, and can be gone on from."""

    def __init__(self, finished: Prefix | None) -> None:
        super().__init__("Reading was cancelled.")
        self.finished = finished


def prefill(
    loaded: LoadedModel,
    token_ids: Sequence[int],
    *,
    begun: Prefix | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    keep: Keep = forget,
) -> Prefix:
    """Read tokens, going on from where `begun` ends; raises WindowFull before anything is read, and Cancelled.

    `progress` hears how many tokens of how many are done after every chunk; `cancelled` is asked before every chunk.
    `keep` is handed every chunk when it is in the store: where it begins, its tokens, the logits after the last.
    """
    wanted = tuple(token_ids)
    _check(loaded, wanted, begun)
    done, logits = (begun.tokens, begun.logits) if begun else (0, None)
    if begun:
        store = begun.store.room_for(len(wanted), after=done)
    else:
        store = PrefixStore(loaded.layers, len(wanted), layers_of(loaded))
    sparse = _sparse(loaded, begun)
    store.kept_mass = kept = sparse.kept if sparse else None
    while done < len(wanted):
        if cancelled():
            raise Cancelled(None if logits is None else Prefix(loaded, wanted[:done], store, logits, kept))
        chunk = wanted[done : done + loaded.profile.chunk]
        logits = _read_chunk(loaded, ReadOn(store, done, len(chunk), sparse), done, chunk)
        keep(store, done, chunk, logits)
        done += len(chunk)
        progress(done, len(wanted))
    assert logits is not None  # there was at least one token
    return Prefix(loaded, wanted, store, logits, kept)


def _sparse(loaded: LoadedModel, begun: Prefix | None) -> SparseReading | None:
    pattern = loaded.profile.sparse
    if pattern == "off":
        return None
    return SparseReading(pattern, replace(begun.kept_mass) if begun and begun.kept_mass else KeptMass())


def _read_chunk(loaded: LoadedModel, step: ReadOn, start: int, chunk: tuple[int, ...]) -> Tensor:
    """Logits, [vocabulary], after the last token of the chunk."""
    positions = torch.arange(start, start + len(chunk))
    return run(loaded, step, chunk, positions, torch.tensor([len(chunk) - 1]))[0]


def _check(loaded: LoadedModel, wanted: tuple[int, ...], begun: Prefix | None) -> None:
    if not wanted:
        raise ValueError("There is nothing to read.")
    if len(wanted) > loaded.window:
        raise WindowFull(len(wanted), loaded.window)
    if begun and begun.loaded.fingerprint != loaded.fingerprint:
        raise ValueError("What was begun was read by another model.")
    if begun and begun.token_ids != wanted[: begun.tokens]:
        raise ValueError("What was begun is not the beginning of this case file.")
