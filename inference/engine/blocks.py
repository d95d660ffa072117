"""Keys and values of a prefix in blocks of 64 tokens, eight or four bits a number; knows no tokens and no model.

Keys share middle and step by channel within a block, because their channels differ and their tokens less; values
share them by token, in groups of channels where four bits are few. A latent is all of it kept by channel: it is read
as keys and as values. A block is made when it is full and never touched again. What is not yet a full block stays as
the model made it, so that where blocks begin does not depend on how many tokens were written at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from .codes import SHARED, decode_, encoded, lines, measured, packed, unpacked
from .store import KeyValues
from .tiles import MADE, MOST, tile

BLOCK = 64  # tokens
_SPAN = MOST // BLOCK  # blocks whose steps and floors are made at a time: small, and many calls fewer
_GROUP = 32  # channels of a value that share middle and step, of four bits

Bits = Literal[8, 4]
BITS: dict[str, Bits] = {"int8": 8, "int4": 4}


@dataclass(frozen=True)
class Shape:
    """One token in one layer, and in how many bits a number of it is kept."""

    bits: Bits
    latent: bool
    heads: int
    key_size: int
    value_size: int

    @property
    def size(self) -> int:
        """Numbers of a head."""
        return self.key_size + self.value_size

    @property
    def channels(self) -> int:
        """How many of them are kept by channel; the rest is kept by token."""
        return self.size if self.latent else self.key_size

    @property
    def groups(self) -> int:
        """Into how many groups of channels a value is divided; none of a latent."""
        if self.latent:
            return 0
        return self.value_size // _GROUP if self.bits == 4 and self.value_size % _GROUP == 0 else 1

    @property
    def block_bytes(self) -> int:
        """What a full block takes."""
        shared = 2 * (self.channels + BLOCK * self.groups)  # of a head
        return self.heads * (BLOCK * self.bits // 8 * self.size + shared * SHARED.itemsize)

    def bytes_of(self, tokens: int, width: int) -> int:
        """What so many tokens take, those of the last block `width` bytes a number."""
        blocks, rest = divmod(tokens, BLOCK)
        return blocks * self.block_bytes + rest * self.heads * self.size * width

    def tile(self, like: Tensor) -> int:
        """Tokens that are turned back into numbers at a time where tensors like this one lie."""
        width = torch.promote_types(like.dtype, torch.float32).itemsize
        return tile(like.device.type, self.heads * self.size * width, MADE)

    def tile_bytes(self, tokens: int, width: int) -> int:
        """What the largest tile of so many takes while it is made: in bytes, in float32 and in the model's own type."""
        return min(tokens, MOST) * self.heads * self.size * (1 + 4 + width)


class BlockLayer:
    """One layer; `capacity` tokens fit. Only kept lengths, the last one written and full blocks can be read."""

    def __init__(self, shape: Shape, capacity: int, like: Tensor) -> None:
        blocks, heads = capacity // BLOCK, shape.heads
        self._shape, self._tile = shape, shape.tile(like) // BLOCK
        rows = BLOCK * shape.bits // 8
        self._codes = like.new_empty(heads, blocks, rows, shape.size, dtype=torch.uint8)
        self._by_channel = like.new_empty(2, heads, blocks, 1, shape.channels, dtype=SHARED)
        self._by_token = like.new_empty(2, heads, blocks, BLOCK, shape.groups, dtype=SHARED)
        self._nothing = like.new_empty(1, heads, 0, shape.size)
        self._tails: dict[int, Tensor] = {}  # by length of the prefix that ends in it
        self._kept: set[int] = set()

    def write(self, start: int, k: Tensor, v: Tensor) -> None:
        """Put the next tokens behind those before, and make blocks of all that are full now."""
        begun = self._tail(start)
        new = torch.cat((begun, torch.cat((k, v), dim=-1)), dim=2)
        full = new.shape[2] // BLOCK * BLOCK
        if full:
            self._fill(start // BLOCK, new[0, :, :full].reshape(new.shape[1], -1, BLOCK, new.shape[3]))
        tails = {length: tail for length, tail in self._tails.items() if length in self._kept}
        self._tails = {**tails, start: begun, start + k.shape[2]: new[:, :, full:].clone()}

    def keep(self, tokens: int) -> None:
        """This length will be read again: what it ends in stays as the model made it."""
        self._kept.add(tokens)

    def blocks(self, tokens: int) -> Iterator[KeyValues]:
        """Tiles of many blocks, made anew each time, and what is not yet a block as it was given."""
        return self._read(tokens // BLOCK, self._tail(tokens))

    def bytes_of(self, tokens: int) -> int:
        """Bytes that so many tokens take."""
        return self._shape.bytes_of(tokens, self._nothing.itemsize)

    def tensors(self, tokens: int) -> dict[str, Tensor]:
        """Views of all that so many tokens are kept as; `k` and `v` are what is not yet a block."""
        blocks, tail = tokens // BLOCK, KeyValues(self._tail(tokens), self._shape.key_size)
        return {
            "codes": self._codes[:, :blocks],
            "by_channel": self._by_channel[:, :, :blocks],
            "by_token": self._by_token[:, :, :blocks],
            "k": tail.k,
            "v": tail.v,
        }

    def put(self, tensors: Mapping[str, Tensor]) -> None:
        """Begin with what `tensors` of such a layer gave, bit for bit."""
        blocks = tensors["codes"].shape[1]
        self._codes[:, :blocks] = tensors["codes"]
        self._by_channel[:, :, :blocks] = tensors["by_channel"]
        self._by_token[:, :, :blocks] = tensors["by_token"]
        tail = torch.cat((tensors["k"], tensors["v"]), dim=-1)
        self._tails = {blocks * BLOCK + tail.shape[2]: tail}

    def on(self, device: torch.device) -> "BlockLayer":
        """The same on another device, with its room to be written on; itself where it lies there."""
        if self._codes.device == device:
            return self
        moved = BlockLayer(self._shape, 0, self._nothing.to(device))
        moved._codes = self._codes.to(device)
        moved._by_channel, moved._by_token = self._by_channel.to(device), self._by_token.to(device)
        moved._tails = {length: tail.to(device) for length, tail in self._tails.items()}
        moved._kept = set(self._kept)
        return moved

    def _fill(self, first: int, numbers: Tensor) -> None:
        """Make blocks of numbers, [heads, blocks, 64, size]."""
        shape, here = self._shape, slice(first, first + numbers.shape[1])
        channels = numbers[..., : shape.channels]
        by_channel = measured(channels, shape.bits, dim=2)
        levels = [encoded(channels, by_channel, shape.bits)]
        self._by_channel[:, :, here] = by_channel
        if shape.groups:
            grouped = numbers[..., shape.channels :].reshape(*numbers.shape[:3], shape.groups, -1)
            by_token = measured(grouped, shape.bits, dim=-1)
            levels.append(encoded(grouped, by_token, shape.bits).flatten(-2))
            self._by_token[:, :, here] = by_token[..., 0]
        self._codes[:, here] = packed(torch.cat(levels, dim=-1), shape.bits)

    def _read(self, blocks: int, tail: Tensor) -> Iterator[KeyValues]:
        for first in range(0, blocks, _SPAN):
            for numbers in self._decoded(first, min(first + _SPAN, blocks)):
                yield KeyValues(numbers, self._shape.key_size)
        if tail.shape[2]:
            yield KeyValues(tail, self._shape.key_size)

    def _decoded(self, begin: int, end: int) -> Iterator[Tensor]:
        """Some blocks in the model's own type, a tile at a time: [1, heads, tokens, size]."""
        shape, dtype = self._shape, self._nothing.dtype
        work, here = torch.promote_types(dtype, torch.float32), slice(begin, end)
        of_channels = lines(self._by_channel[:, :, here], shape.bits, work)
        of_tokens = lines(self._by_token[:, :, here, :, :, None], shape.bits, work)
        for first in range(begin, end, self._tile):
            last = min(first + self._tile, end)
            numbers = unpacked(self._codes[:, first:last], shape.bits, work)  # [heads, blocks, 64, size]
            own = slice(first - begin, last - begin)
            decode_(numbers[..., : shape.channels], *(each[:, own] for each in of_channels))
            if shape.groups:
                grouped = numbers[..., shape.channels :].view(*numbers.shape[:3], shape.groups, -1)
                decode_(grouped, *(each[:, own] for each in of_tokens))
            yield numbers.flatten(1, 2)[None].to(dtype)

    def _tail(self, tokens: int) -> Tensor:
        """What a prefix of so many tokens ends in, [1, heads, fewer than 64, size]."""
        if tokens % BLOCK == 0:
            return self._nothing
        if tokens not in self._tails:
            raise ValueError("Nobody said that this many tokens of the prefix would be read again.")
        return self._tails[tokens]


@dataclass(frozen=True)
class BlockLayers:
    """Layers in blocks of so many bits; `latent` where the model keeps one for keys and values together."""

    bits: Bits
    latent: bool
    grows: ClassVar[Mapping[str, tuple[int, int]]] = {
        "codes": (1, BLOCK),
        "by_channel": (2, BLOCK),
        "by_token": (2, BLOCK),
    }

    def new(self, capacity: int, k: Tensor, v: Tensor) -> BlockLayer:
        """An empty layer for keys and values like these."""
        return BlockLayer(
            Shape(self.bits, self.latent, k.shape[1], k.shape[-1], v.shape[-1]), capacity, like=k
        )

    def of(self, capacity: int, tensors: Mapping[str, Tensor]) -> BlockLayer:
        """A layer that `tensors` told of, on the device that they lie on."""
        layer = self.new(capacity, tensors["k"], tensors["v"])
        layer.put(tensors)
        return layer
