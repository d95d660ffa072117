"""Which blocks of the past a tile of queries reads: three patterns, each from how a few of the queries attend."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .blocks import BLOCK  # what is kept together is read or left out together
from .profile import Sparse

TILE = 256  # queries that read the same blocks; a multiple of BLOCK
TARGET = 0.98  # of the attention mass, at which the queries that choose have enough
WINDOW = 1024  # tokens before a query that the window holds
GLOBAL = 64  # tokens at the start that everybody reads


@dataclass(frozen=True)
class Seen:
    """How some queries of every tile attend: to blocks of the past and to their own chunk.

    `mass` is [key heads, group, tiles, queries, blocks], `itself` the same without blocks; together they add up to 1.
    """

    mass: Tensor
    itself: Tensor

    def mass_of(self, chosen: Tensor) -> Tensor:
        """The share that is kept of [key heads, tiles, blocks], by the worst query head of each key head."""
        kept = self.itself + (self.mass * chosen[:, None, :, None]).sum(-1)
        return kept.mean((2, 3)).amin(1)


def window(seen: Seen) -> Tensor:
    """The first tokens, and those shortly before each query."""
    heads, _, tiles, _, blocks = seen.mass.shape
    place = torch.arange(blocks, device=seen.mass.device)
    start = blocks + torch.arange(tiles, device=place.device) * (TILE // BLOCK)  # of each tile, in blocks
    near = place[None] >= start[:, None] - WINDOW // BLOCK
    return (near | (place < GLOBAL // BLOCK)).expand(heads, -1, -1)


def blocks(seen: Seen) -> Tensor:
    """For each tile the heaviest blocks, until it has enough."""
    mass, itself = seen.mass.mean((1, 3)), seen.itself.mean((1, 3))
    return _until_enough(mass, mass.argsort(-1, descending=True).argsort(-1), itself)


def vertical_slash(seen: Seen) -> Tensor:
    """Blocks that all tiles look at, and distances at which all look back; the heaviest of these lines until enough."""
    mass, itself = seen.mass.mean((1, 3)), seen.itself.mean((1, 3))
    heads, tiles, count = mass.shape
    back = _blocks_back(tiles, count).to(mass.device)  # [tiles, blocks]
    slashes = mass.new_zeros(heads, int(back.max()) + 1)
    slashes.index_add_(1, back.flatten(), mass.flatten(1))
    lines = torch.cat((mass.sum(1), slashes), 1)
    rank = lines.argsort(-1, descending=True).argsort(-1)
    vertical, slash = rank[:, None, :count], rank[:, count:][:, back]
    ranked = torch.minimum(vertical, slash)  # a block is read with the first of its two lines
    chosen = _until_enough(mass.flatten(1), ranked.flatten(1), itself.sum(1), enough=TARGET * tiles)
    return chosen.view_as(mass)


def _blocks_back(tiles: int, count: int) -> Tensor:
    """How many blocks before a tile's start each block lies."""
    return count + torch.arange(tiles)[:, None] * (TILE // BLOCK) - torch.arange(count)[None]


def _until_enough(mass: Tensor, rank: Tensor, itself: Tensor, enough: float = TARGET) -> Tensor:
    """Everything of the lowest ranks that together with `itself` comes to enough; mass and rank are [..., places]."""
    order = rank.argsort(stable=True, dim=-1)
    before = mass.gather(-1, order).cumsum(-1).roll(1, -1)
    before[..., 0] = 0
    last = (before + itself[..., None] < enough).sum(-1, keepdim=True) - 1  # the place that makes it enough
    most = rank.gather(-1, order).gather(-1, last.clamp(min=0))
    return (rank <= most) & (last >= 0)


PATTERNS: dict[Sparse, Callable[[Seen], Tensor]] = {
    "vertical-slash": vertical_slash,
    "blocks": blocks,
    "window": window,
}
