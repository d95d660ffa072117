"""What sparse reading kept: a running account over layers and chunks. Knows no text and no model."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass
class KeptMass:
    """Sums over key heads of all layers and chunks in which anything could be left out.

    `mass` is the share of the attention that was kept, measured on queries that chose nothing; `read` the share of
    the past's blocks that were read; `dense` how many heads read everything because they would have lost too much.
    """

    heads: int = 0
    dense: int = 0
    _mass: float = 0.0
    _read: float = 0.0
    least: float = 1.0

    @property
    def mass(self) -> float:
        """The mean share of attention that was kept, 1 where nothing was left out."""
        return self._mass / self.heads if self.heads else 1.0

    @property
    def read(self) -> float:
        """The mean share of the past that was read."""
        return self._read / self.heads if self.heads else 1.0

    @classmethod
    def of(cls, numbers: Tensor) -> "KeptMass | None":
        """The account that `numbers` told of; None where it told of none."""
        if not len(numbers):
            return None
        heads, dense, mass, read, least = numbers.tolist()
        return cls(int(heads), int(dense), mass, read, least)

    @property
    def numbers(self) -> Tensor:
        """All of it, [5] in float64."""
        told = (self.heads, self.dense, self._mass, self._read, self.least)
        return torch.tensor(told, dtype=torch.float64)

    def add(self, mass: Tensor, chosen: Tensor, dense: Tensor) -> None:
        """One layer of one chunk: mass and dense are [key heads], chosen [key heads, tiles, blocks]."""
        self.heads += len(mass)
        self.dense += int(dense.sum())
        self._mass += float(mass.sum())
        self._read += float(chosen.float().mean((1, 2)).sum())
        self.least = min(self.least, float(mass.min()))

    @property
    def sentence(self) -> str:
        """What was kept, for a person."""
        if not self.heads:
            return "Read sparsely: nothing was left out, since so short a past is read whole."
        return (
            f"Read sparsely: {self.mass:.2%} of the attention was kept, {self.least:.2%} by the head that kept least; "
            f"{self.read:.0%} of the past was read; {self.dense:,} of {self.heads:,} heads read all of it, counted "
            "anew for each layer and chunk."
        )
