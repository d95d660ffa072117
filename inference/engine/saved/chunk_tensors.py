"""What a chunk adds to a prefix, as plain tensors, and a prefix made of what its chunks added. Knows no files.

A tensor that grows with the tokens is turned so that its pieces lie one behind the other: a restored one is filled
where it lies. What does not grow so (an unfinished block, a state) is saved whole with every chunk; the last counts.
"""

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from inference.engine.kept_mass import KeptMass
from inference.engine.store import Layers, PrefixStore

TOKEN_IDS, LOGITS, KEPT_MASS = "token_ids", "logits", "kept_mass"


def added(
    store: PrefixStore, begin: int, token_ids: Sequence[int], logits: Tensor, kind: Layers
) -> dict[str, Tensor]:
    """Copies, in main memory, of what the tokens from `begin` on added, and the logits after the last of them."""
    found = {TOKEN_IDS: torch.tensor(token_ids, dtype=torch.int32), LOGITS: logits.detach().cpu().clone()}
    if store.kept_mass is not None:
        found[KEPT_MASS] = store.kept_mass.numbers
    for layer, tensors in enumerate(store.tensors(begin + len(token_ids))):
        for name, tensor in tensors.items():
            if name in kind.grows:
                axis, tokens_each = kind.grows[name]
                tensor = tensor.transpose(0, axis)[begin // tokens_each :]
            found[f"{layer}.{name}"] = tensor.detach().to(
                "cpu", copy=True, memory_format=torch.contiguous_format
            )
    return found


class Gathered:
    """What chunks added, put together again in main memory; `place` gives each piece where it is to lie."""

    def __init__(self, tokens: int, layers: int, kind: Layers) -> None:
        self._tokens, self._kind = tokens, kind
        self._layers: list[dict[str, Tensor]] = [{} for _ in range(layers)]
        self._filled: dict[str, int] = {}
        self._token_ids = torch.empty(tokens, dtype=torch.int32)
        self.logits = torch.empty(0)
        self._kept_mass = torch.empty(0)

    def place(self, name: str, dtype: torch.dtype, shape: tuple[int, ...]) -> Tensor:
        """A contiguous tensor of this shape for the next piece of what goes by a name."""
        if name == LOGITS:
            self.logits = torch.empty(shape, dtype=dtype)
            return self.logits
        if name == KEPT_MASS:
            self._kept_mass = torch.empty(shape, dtype=dtype)
            return self._kept_mass
        if name == TOKEN_IDS:
            return self._next(name, self._token_ids, shape[0])
        layer, _, own = name.partition(".")
        there = self._layers[int(layer)]
        if own not in self._kind.grows:
            there[own] = torch.empty(shape, dtype=dtype)
            return there[own]
        if own not in there:
            _, tokens_each = self._kind.grows[own]
            there[own] = torch.empty(self._tokens // tokens_each, *shape[1:], dtype=dtype)
        return self._next(name, there[own], shape[0])

    @property
    def token_ids(self) -> tuple[int, ...]:
        """The ids that were read."""
        return tuple(self._token_ids.tolist())

    @property
    def kept_mass(self) -> KeptMass | None:
        """What was left out of it up to its end."""
        return KeptMass.of(self._kept_mass)

    def layers(self, devices: Sequence[torch.device]) -> Iterator[Mapping[str, Tensor]]:
        """Each layer's tensors on its device; one is let go of before the next."""
        for layer, device in enumerate(devices):
            there, self._layers[layer] = self._layers[layer], {}
            yield {name: self._as_it_was(name, tensor).to(device) for name, tensor in there.items()}

    def _as_it_was(self, name: str, tensor: Tensor) -> Tensor:
        return tensor.transpose(0, self._kind.grows[name][0]) if name in self._kind.grows else tensor

    def _next(self, name: str, whole: Tensor, entries: int) -> Tensor:
        begin = self._filled.get(name, 0)
        self._filled[name] = begin + entries
        return whole[begin : begin + entries]
