"""Where keys and values lie: those of a prefix, written once, and those of its forks; knows no tokens and no model.

Attention asks for blocks and does not mind how they are kept: a store of int8 blocks, or of blocks that wait in main
memory, stands behind the same `LayerStore`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


@dataclass(frozen=True)
class KeyValues:
    """Keys and values of some tokens in one layer, side by side in one tensor so that a latent can be read as both.

    `joined` is [rows, heads, length, key size + value size].
    """

    joined: Tensor
    key_size: int

    @property
    def k(self) -> Tensor:
        """[rows, heads, length, key size]."""
        return self.joined[..., : self.key_size]

    @property
    def v(self) -> Tensor:
        """[rows, heads, length, value size]."""
        return self.joined[..., self.key_size :]


class LayerStore(Protocol):
    """One layer of a prefix: written front to back, read from the start in blocks of the model's own type."""

    def write(self, start: int, k: Tensor, v: Tensor) -> None: ...

    def blocks(self, tokens: int) -> Iterator[KeyValues]: ...

    def bytes_of(self, tokens: int) -> int: ...


MakeLayer = Callable[[int, Tensor, Tensor], LayerStore]


class PlainLayer:
    """Keys and values as the model made them, in one preallocated tensor."""

    def __init__(self, capacity: int, k: Tensor, v: Tensor) -> None:
        self._key_size = k.shape[-1]
        size = self._key_size + v.shape[-1]
        self._joined = k.new_empty(1, k.shape[1], capacity, size)  # [1, heads, capacity, size]

    def write(self, start: int, k: Tensor, v: Tensor) -> None:
        """Put the keys and values of the next tokens behind those before."""
        there = self._joined[:, :, start : start + k.shape[2]]
        there[..., : self._key_size] = k
        there[..., self._key_size :] = v

    def blocks(self, tokens: int) -> Iterator[KeyValues]:
        """One block: a view, no copy."""
        yield KeyValues(self._joined[:, :, :tokens], self._key_size)

    def bytes_of(self, tokens: int) -> int:
        """Bytes that so many tokens take."""
        return self._joined[:, :, :tokens].nbytes


class PrefixStore:
    """All layers of one prefix. Only the end can be written to, and only once: what was read never changes.

    `claimed` tokens have been given to somebody to write; whoever wants to go on from fewer gets a copy.
    """

    def __init__(self, layers: int, capacity: int, make_layer: MakeLayer = PlainLayer) -> None:
        self.capacity = capacity
        self.claimed = 0
        self._make_layer = make_layer
        self._layers: list[LayerStore | None] = [None] * layers

    def claim(self, start: int, tokens: int) -> None:
        """Take the next tokens for writing; raises ValueError where they are taken or do not fit."""
        if start != self.claimed or start + tokens > self.capacity:
            raise ValueError("These tokens of the prefix are already written, or there is no room for them.")
        self.claimed = start + tokens

    def write(self, layer: int, start: int, k: Tensor, v: Tensor) -> None:
        """Store what was claimed; a layer takes its shape, type and device from the first that comes."""
        store = self._layers[layer]
        if store is None:
            store = self._layers[layer] = self._make_layer(self.capacity, k, v)
        store.write(start, k, v)

    def blocks(self, layer: int, tokens: int) -> Iterator[KeyValues]:
        """The first tokens of a layer, [1, heads, length, size] each."""
        store = self._layers[layer]
        if store is not None and tokens:
            yield from store.blocks(tokens)

    def bytes_of(self, tokens: int) -> int:
        """Bytes that so many tokens take in all layers."""
        return sum(store.bytes_of(tokens) for store in self._layers if store is not None)

    def room_for(self, capacity: int, *, after: int) -> "PrefixStore":
        """This store where it can be written on after so many tokens, else a larger one that begins with a copy."""
        if self.claimed == after and self.capacity >= capacity:
            return self
        larger = PrefixStore(len(self._layers), capacity, self._make_layer)
        larger.claim(0, after)
        for layer in range(len(self._layers)):
            start = 0
            for block in self.blocks(layer, after):
                larger.write(layer, start, block.k, block.v)
                start += block.joined.shape[2]
        return larger


class SuffixStore:
    """What the forks of a prefix have been given of their own, a row for each; grows by doubling."""

    def __init__(self, layers: int, rows: int) -> None:
        self.rows = rows
        self._layers: list[KeyValues | None] = [None] * layers

    def write(self, layer: int, row: Tensor, at: Tensor, k: Tensor, v: Tensor, length: int) -> None:
        """Put token i of k and v, [1, heads, tokens, size], at place `at[i]` of row `row[i]`, all below `length`."""
        joined = self._with_room(layer, k, v, length).joined
        joined[row, :, at] = torch.cat((k, v), dim=-1)[0].transpose(0, 1)

    def read(self, layer: int, rows: Tensor | None, length: int) -> KeyValues:
        """Some rows of a layer, None for all, up to `length`: [rows, heads, length, size]."""
        store = self._layers[layer]
        assert store is not None  # a step writes before it reads
        joined = store.joined[:, :, :length]
        return KeyValues(joined if rows is None else joined[rows], store.key_size)

    def keep(self, rows: Sequence[int]) -> None:
        """Drop all rows but these."""
        self.rows = len(rows)
        for layer, store in enumerate(self._layers):
            if store is not None:
                self._layers[layer] = KeyValues(store.joined[list(rows)], store.key_size)

    def enter(self, rows: int) -> None:
        """Add empty rows behind the others."""
        self.rows += rows
        for layer, store in enumerate(self._layers):
            if store is not None:
                new = store.joined.new_zeros(rows, *store.joined.shape[1:])
                self._layers[layer] = KeyValues(torch.cat((store.joined, new)), store.key_size)

    @property
    def bytes(self) -> int:
        """What all rows take in all layers, their room to grow included."""
        return sum(store.joined.nbytes for store in self._layers if store is not None)

    def _with_room(self, layer: int, k: Tensor, v: Tensor, length: int) -> KeyValues:
        store = self._layers[layer]
        have = 0 if store is None else store.joined.shape[2]
        if store is None or have < length:
            size = k.shape[-1] + v.shape[-1]
            joined = k.new_zeros(self.rows, k.shape[1], max(length, 2 * have), size)
            if store is not None:
                joined[:, :, :have] = store.joined
            store = self._layers[layer] = KeyValues(joined, k.shape[-1])
        return store
