"""Attention of a chunk to the blocks of the past that it needs most; nothing of it unless a profile asks for it.

A few queries of every tile say how their attention falls on the past's blocks of 64 tokens; a pattern decides from
that which blocks the tile reads. Others of its queries then tell how much attention mass is kept, and a key head for
which that is too little reads everything. A chunk always reads itself whole.

Vertical lines and slashes, and blocks, are patterns of Jiang et al., "MInference 1.0", 2024, here chosen from blocks
and for every chunk anew; the window with its global tokens is that of Beltagy, Peters and Cohan, "Longformer", 2020.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .attention import Causal, fused, merge
from .blocks import BLOCK
from .kept_mass import KeptMass
from .profile import Sparse
from .sparse_patterns import PATTERNS, TILE, Seen
from .store import KeyValues

SAMPLE = 8  # queries of a tile that choose, and as many that measure
LEAST_PAST = 512  # tokens; of less than that all is read
LEAST_MASS = 0.95  # of a head's attention, below which it reads everything
PIECE = 4096  # tokens of the past looked at in one go, so that memory stays flat


@dataclass(frozen=True)
class SparseReading:
    """The pattern that a reading is made with, and what became of it so far."""

    pattern: Sparse
    kept: KeptMass

    def attend(
        self, q: Tensor, past: Callable[[], Iterable[KeyValues]], own: KeyValues, scale: float
    ) -> Tensor:
        """Queries of a chunk, [1, heads, tokens, dim], attend to blocks of the past and to themselves causally."""
        out, weight = Causal(own.k, own.v).attended_by(q, scale)
        key_heads = own.k.shape[1]
        grouped = q.reshape(key_heads, -1, *q.shape[2:])  # [key heads, group, tokens, dim]
        merged = _Merged(out.reshape(*grouped.shape[:3], -1), weight.reshape(grouped.shape[:3]))
        chosen = self._chosen(_seen(grouped, past(), merged.weight, scale))
        merged.add(grouped, past(), chosen, scale)
        return merged.out.reshape(*q.shape[:3], -1).to(q.dtype)

    def _chosen(self, seen: "_Sampled") -> Tensor:
        """Which blocks are read, [key heads, tiles, blocks]; heads that would lose too much read all."""
        chosen = PATTERNS[self.pattern](seen.choosing)
        mass = seen.measuring.mass_of(chosen)
        lost = mass < LEAST_MASS
        chosen = chosen | lost[:, None, None]
        self.kept.add(torch.where(lost, 1.0, mass), chosen, lost)
        return chosen


@dataclass(frozen=True)
class _Sampled:
    """What the queries saw that choose, and what those saw that measure."""

    choosing: Seen
    measuring: Seen


class _Merged:
    """What all queries got so far, [key heads, group, tokens, dim], and the log-sum-exp of it."""

    def __init__(self, out: Tensor, weight: Tensor) -> None:
        self.out, self.weight = out.to(weight.dtype), weight

    def add(self, q: Tensor, past: Iterable[KeyValues], chosen: Tensor, scale: float) -> None:
        """Attend to the chosen blocks of some past; `chosen` is [key heads, tiles, blocks]."""
        first = 0
        for block in _pieces(past):
            length = block.joined.shape[2]
            here = chosen[..., first : first + -(-length // BLOCK)]
            first += here.shape[-1]
            for head, tile in here.any(-1).nonzero().tolist():
                tokens = here[head, tile].repeat_interleave(BLOCK)[:length]
                rows = slice(tile * TILE, (tile + 1) * TILE)
                self._add(q, head, rows, block.k[0, head][tokens], block.v[0, head][tokens], scale)

    def _add(self, q: Tensor, head: int, rows: slice, k: Tensor, v: Tensor, scale: float) -> None:
        own = q[head, :, rows]  # [group, rows, dim]
        out, weight = fused(own.reshape(1, 1, -1, own.shape[-1]), k[None, None], v[None, None], scale)
        both = (out.reshape(*own.shape[:2], -1), weight.reshape(own.shape[:2]))
        before = (self.out[head, :, rows], self.weight[head, :, rows])
        self.out[head, :, rows], self.weight[head, :, rows] = merge(before, both)


def _pieces(past: Iterable[KeyValues]) -> Iterator[KeyValues]:
    for block in past:
        for start in range(0, block.joined.shape[2], PIECE):
            yield KeyValues(block.joined[:, :, start : start + PIECE], block.key_size)


def _seen(q: Tensor, past: Iterable[KeyValues], own: Tensor, scale: float) -> _Sampled:
    """How sampled queries of each tile attend, by blocks.

    `own` is the log-sum-exp of what they get from the chunk itself, [key heads, group, tokens].
    """
    places = _sampled_places(q.shape[2]).to(q.device)  # [tiles, 2 * SAMPLE]
    asking = q[:, :, places].flatten(1, 3)  # [key heads, group * tiles * 2 * SAMPLE, dim]
    weights = [_by_block(asking @ block.k[0].transpose(1, 2) * scale) for block in _pieces(past)]
    blocks = torch.cat(weights, -1)
    blocks = blocks.view(q.shape[0], q.shape[1], *places.shape, -1)
    beside = own[:, :, places]  # [key heads, group, tiles, 2 * SAMPLE]
    total = torch.logaddexp(blocks.logsumexp(-1), beside)
    mass, itself = torch.exp(blocks - total[..., None]), torch.exp(beside - total)
    return _Sampled(*(Seen(mass[..., part, :], itself[..., part]) for part in (_CHOOSE, _MEASURE)))


_CHOOSE, _MEASURE = slice(0, None, 2), slice(1, None, 2)


def _sampled_places(tokens: int) -> Tensor:
    """Queries spread over each tile, [tiles, 2 * SAMPLE]; a short last tile gives some of them more than once."""
    starts = torch.arange(0, tokens, TILE)
    sizes = (tokens - starts).clamp(max=TILE)
    share = (torch.arange(2 * SAMPLE) + 0.5) / (2 * SAMPLE)
    return starts[:, None] + (sizes[:, None] * share).long()


def _by_block(scores: Tensor) -> Tensor:
    """Log-sum-exp over each block of keys, [..., blocks], in at least float32."""
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32))
    missing = -scores.shape[-1] % BLOCK
    padded = torch.nn.functional.pad(scores, (0, missing), value=float("-inf"))
    return padded.view(*scores.shape[:-1], -1, BLOCK).logsumexp(-1)
