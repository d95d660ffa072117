"""What layers with linear attention remember: a state of one size instead of keys and values; knows no model.

A state holds the whole past at once and cannot be cut shorter: it is there for the lengths at which it was kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class State:
    """The last inputs of the convolution, [rows, channels, kernel], and the memory, [rows, heads, key, value]."""

    convolved: Tensor
    memory: Tensor

    def rows(self, which: Tensor) -> "State":
        """Some rows, as a copy."""
        return State(self.convolved[which], self.memory[which])

    def repeated(self, rows: int) -> "State":
        """One row as many times."""
        return State(self.convolved.repeat(rows, 1, 1), self.memory.repeat(rows, 1, 1, 1))

    def joined(self, other: "State") -> "State":
        """The rows of another behind these."""
        return State(torch.cat((self.convolved, other.convolved)), torch.cat((self.memory, other.memory)))

    def on(self, device: torch.device) -> "State":
        """The same on a device; nothing is copied where it lies there."""
        return State(self.convolved.to(device), self.memory.to(device))

    @property
    def bytes(self) -> int:
        """What all rows take."""
        return self.convolved.nbytes + self.memory.nbytes


class StateLayer:
    """The states of one layer of a prefix: at its end, before what was written last, and where they were kept."""

    def __init__(self) -> None:
        self._at: dict[int, State] = {}
        self._kept: set[int] = set()

    @classmethod
    def of(cls, tokens: int, tensors: Mapping[str, Tensor]) -> "StateLayer":
        """A layer that `tensors` told of."""
        layer = cls()
        layer.put(tokens, State(tensors["convolved"], tensors["memory"]))
        return layer

    def put(self, tokens: int, state: State) -> None:
        """What is remembered after so many tokens."""
        self._at = {at: kept for at, kept in self._at.items() if at in self._kept}
        self._at[tokens] = state

    def at(self, tokens: int) -> State:
        """What was remembered after so many tokens; raises ValueError where that was not kept."""
        if tokens not in self._at:
            raise ValueError("Nobody said that this many tokens of the prefix would be read again.")
        return self._at[tokens]

    def keep(self, tokens: int) -> None:
        """This length will be gone on from again."""
        self._kept.add(tokens)

    def bytes_of(self, tokens: int) -> int:
        """The same for any length."""
        return self.at(tokens).bytes

    def tensors(self, tokens: int) -> dict[str, Tensor]:
        """All that is remembered after so many tokens."""
        state = self.at(tokens)
        return {"convolved": state.convolved, "memory": state.memory}

    def on(self, device: torch.device) -> "StateLayer":
        """The same states on a device; itself where they lie there."""
        if all(state.memory.device == device for state in self._at.values()):
            return self
        moved = StateLayer()
        moved._at = {tokens: state.on(device) for tokens, state in self._at.items()}
        moved._kept = set(self._kept)
        return moved


class ForkStates:
    """What the forks of a prefix remember of their own, a row for each; begun from what the prefix remembers."""

    def __init__(self) -> None:
        self._begun: dict[int, State] = {}
        self._rows: dict[int, State] = {}

    def begin(self, layer: int, state: State, rows: int) -> None:
        """Let all rows of a layer that has none yet remember what the prefix does."""
        if layer not in self._begun:
            self._begun[layer], self._rows[layer] = state, state.repeated(rows)

    def read(self, layer: int, rows: Tensor) -> State:
        """What some rows remember, as a copy."""
        return self._rows[layer].rows(rows)

    def write(self, layer: int, rows: Tensor, state: State) -> None:
        """Let these rows remember something else."""
        self._rows[layer].convolved[rows] = state.convolved
        self._rows[layer].memory[rows] = state.memory

    def keep(self, rows: Tensor) -> None:
        """Drop all rows but these."""
        self._rows = {layer: state.rows(rows.to(state.memory.device)) for layer, state in self._rows.items()}

    def enter(self, rows: int) -> None:
        """Add rows that remember the prefix alone."""
        for layer, state in self._rows.items():
            self._rows[layer] = state.joined(self._begun[layer].repeated(rows))

    @property
    def bytes(self) -> int:
        """What all rows take in all layers."""
        return sum(state.bytes for state in self._rows.values())
