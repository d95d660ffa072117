"""Where keys and values lie: those of a prefix, written once, and those of its forks; knows no tokens and no model.

Attention asks for blocks and does not mind how they are kept: whatever keeps them stands behind `LayerStore`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import ClassVar, Protocol

import torch
from torch import Tensor

from .kept_mass import KeptMass
from .states import ForkStates, State, StateLayer


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


class Kept(Protocol):
    """What one layer of a prefix is kept as.

    `keep` says that somebody will go on reading so many tokens as they are now, whatever is written behind them;
    only kept lengths and the last one written are read again.
    """

    def keep(self, tokens: int) -> None: ...

    def bytes_of(self, tokens: int) -> int: ...

    def tensors(self, tokens: int) -> dict[str, Tensor]: ...


class LayerStore(Kept, Protocol):
    """Keys and values: written front to back, read from the start in blocks of the model's own type.

    `on` gives the same on another device, itself where it lies there.
    """

    def write(self, start: int, k: Tensor, v: Tensor) -> None: ...

    def blocks(self, tokens: int) -> Iterator[KeyValues]: ...

    def on(self, device: torch.device) -> "LayerStore": ...


class Layers(Protocol):
    """A way to keep layers: empty ones, shaped like the first keys and values, and those that `tensors` told of.

    `grows` names the tensors that get longer and whose beginning, once written, stays: along which axis, and how many
    tokens an entry of it stands for. All others belong to one length of the prefix alone.
    """

    @property
    def grows(self) -> Mapping[str, tuple[int, int]]: ...

    def new(self, capacity: int, k: Tensor, v: Tensor) -> LayerStore: ...

    def of(self, capacity: int, tensors: Mapping[str, Tensor]) -> LayerStore: ...


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

    def keep(self, tokens: int) -> None:
        """Nothing that was written ever changes here."""

    def blocks(self, tokens: int) -> Iterator[KeyValues]:
        """One block: a view, no copy."""
        yield KeyValues(self._joined[:, :, :tokens], self._key_size)

    def bytes_of(self, tokens: int) -> int:
        """Bytes that so many tokens take."""
        return self._joined[:, :, :tokens].nbytes

    def tensors(self, tokens: int) -> dict[str, Tensor]:
        """Views of all that so many tokens are kept as: `k` and `v`, [1, heads, tokens, size]."""
        kept = KeyValues(self._joined[:, :, :tokens], self._key_size)
        return {"k": kept.k, "v": kept.v}

    def on(self, device: torch.device) -> "PlainLayer":
        """The same on another device, with its room to be written on; itself where it lies there."""
        if self._joined.device == device:
            return self
        moved = copy(self)
        moved._joined = self._joined.to(device)
        return moved


class PlainLayers:
    """Layers that keep everything in the model's own type."""

    grows: ClassVar[Mapping[str, tuple[int, int]]] = {"k": (2, 1), "v": (2, 1)}

    def new(self, capacity: int, k: Tensor, v: Tensor) -> PlainLayer:
        """An empty layer for keys and values like these."""
        return PlainLayer(capacity, k, v)

    def of(self, capacity: int, tensors: Mapping[str, Tensor]) -> PlainLayer:
        """A layer that `tensors` told of, bit for bit, on the device that they lie on."""
        layer = PlainLayer(capacity, tensors["k"], tensors["v"])
        layer.write(0, tensors["k"], tensors["v"])
        return layer


class PrefixStore:
    """All layers of one prefix. Only the end can be written to, and only once: what was read never changes.

    `claimed` tokens have been given to somebody to write; whoever wants to go on from fewer gets a copy.
    `kept_mass` is the running account of who writes it sparsely, None where nothing is left out.
    """

    def __init__(self, layers: int, capacity: int, kind: Layers | None = None) -> None:
        self.capacity = capacity
        self.claimed = 0
        self.kept_mass: KeptMass | None = None
        self._kind = kind or PlainLayers()
        self._layers: list[LayerStore | None] = [None] * layers
        self._states: dict[int, StateLayer] = {}  # of layers that have those instead

    @classmethod
    def of(
        cls, tokens: int, tensors: Iterable[Mapping[str, Tensor]], capacity: int, kind: Layers | None = None
    ) -> "PrefixStore":
        """The store whose `tensors` these are, bit for bit; it can be read, and written on after so many tokens.

        They are taken one layer after the other, so that they need not all be there at once. Raises ValueError where
        so many tokens are not what they hold, or were kept in another kind of layers.
        """
        store, shapes = cls(0, max(capacity, tokens), kind), []
        store.claim(0, tokens)
        try:
            for number, layer in enumerate(tensors):
                shapes.append(_shapes(layer))
                if "memory" in layer:
                    store._states[number] = StateLayer.of(tokens, layer)
                    store._layers.append(None)
                else:
                    store._layers.append(store._kind.of(store.capacity, layer))
            same = [_shapes(layer) for layer in store.tensors(tokens)] == shapes
        except (KeyError, RuntimeError):
            same = False
        if not same:
            raise ValueError("These keys and values are of another length, or were kept in another way.")
        return store

    def claim(self, start: int, tokens: int) -> None:
        """Take the next tokens for writing; raises ValueError where they are taken or do not fit."""
        if start != self.claimed or start + tokens > self.capacity:
            raise ValueError("These tokens of the prefix are already written, or there is no room for them.")
        self.claimed = start + tokens

    def write(self, layer: int, start: int, k: Tensor, v: Tensor) -> None:
        """Store what was claimed; a layer takes its shape, type and device from the first that comes."""
        store = self._layers[layer]
        if store is None:
            store = self._layers[layer] = self._kind.new(self.capacity, k, v)
        store.write(start, k, v)

    def remember(self, layer: int, tokens: int, state: State) -> None:
        """What a layer with linear attention is in after so many tokens."""
        self._states.setdefault(layer, StateLayer()).put(tokens, state)

    def remembered(self, layer: int, tokens: int) -> State | None:
        """The same again, None before the first token; it is read, never written to."""
        return self._states[layer].at(tokens) if tokens else None

    def keep(self, tokens: int) -> None:
        """So many tokens will be read again as they are now, whatever is written behind them."""
        for store in self._kept():
            store.keep(tokens)

    def blocks(self, layer: int, tokens: int) -> Iterator[KeyValues]:
        """The first tokens of a layer, [1, heads, length, size] each."""
        store = self._layers[layer]
        return store.blocks(tokens) if store is not None and tokens else iter(())

    def bytes_of(self, tokens: int) -> int:
        """Bytes that so many tokens take in all layers."""
        return sum(store.bytes_of(tokens) for store in self._kept())

    def tensors(self, tokens: int) -> list[dict[str, Tensor]]:
        """All that so many tokens are kept as, a layer each; views where that is possible. `of` takes them back."""
        return [store.tensors(tokens) for store in self._kept()]

    def room_for(self, capacity: int, *, after: int) -> "PrefixStore":
        """This store where it can be written on after so many tokens, else a larger one that begins with a copy."""
        if self.claimed == after and self.capacity >= capacity:
            return self
        return PrefixStore.of(after, self.tensors(after), capacity, self._kind)

    def on(self, devices: Sequence[torch.device]) -> "PrefixStore":
        """The same store, each layer on its device; itself where all lie there.

        Layers that lie there already are shared with it: go on with one of the two alone.
        """
        pairs = zip(self._layers, devices, strict=True)
        layers = [store and store.on(device) for store, device in pairs]
        states = {layer: state.on(devices[layer]) for layer, state in self._states.items()}
        new, old = (*layers, *states.values()), (*self._layers, *self._states.values())
        if all(one is other for one, other in zip(new, old, strict=True)):
            return self
        moved = PrefixStore(0, self.capacity, self._kind)
        moved.claimed, moved._layers, moved._states = self.claimed, layers, states
        return moved

    def _kept(self) -> Iterator[Kept]:
        """What has been written to, in the order of the layers."""
        for number, store in enumerate(self._layers):
            kept: Kept | None = self._states.get(number, store)
            if kept is not None:
                yield kept


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


class SuffixStore:
    """What the forks of a prefix have been given of their own, a row for each; grows by doubling."""

    def __init__(self, layers: int, rows: int) -> None:
        self.rows = rows
        self.states = ForkStates()
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
        self.states.keep(torch.tensor(rows, dtype=torch.long))
        for layer, store in enumerate(self._layers):
            if store is not None:
                self._layers[layer] = KeyValues(store.joined[list(rows)], store.key_size)

    def enter(self, rows: int) -> None:
        """Add empty rows behind the others."""
        self.rows += rows
        self.states.enter(rows)
        for layer, store in enumerate(self._layers):
            if store is not None:
                new = store.joined.new_zeros(rows, *store.joined.shape[1:])
                self._layers[layer] = KeyValues(torch.cat((store.joined, new)), store.key_size)

    @property
    def bytes(self) -> int:
        """What all rows take in all layers, their room to grow included."""
        own = sum(store.joined.nbytes for store in self._layers if store is not None)
        return own + self.states.bytes

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
