"""Where the new tokens of several forks lie and what each sees of its own fork; knows places, not what they hold."""

import torch
from torch import Tensor

from .attention import Part, Ragged


class Queries:
    """Tokens of several forks that lie row after row: `counts[i]` of them from place `begin[i]` of row i."""

    def __init__(self, begin: Tensor, counts: Tensor, length: int) -> None:
        place = torch.arange(int(counts.max()))[None]
        given = place < counts[:, None]  # [rows, widest]
        first = counts.cumsum(0) - counts  # of a row, among all of them
        at = begin[:, None] + place
        self.at = at[given]
        self._slots = torch.where(given, first[:, None] + place, 0)
        self._places = given.flatten().nonzero()[:, 0]
        self._seen = torch.arange(length)[None, None] <= at[..., None]  # [rows, widest, length]

    def part(self, k: Tensor, v: Tensor) -> Part:
        """What rows have of their own, each token seeing its row up to itself."""
        return Ragged(k, v, self._slots, self._places, self._seen)

    def move_to(self, device: torch.device) -> None:
        """The indices follow the layers."""
        for name in ("at", "_slots", "_places", "_seen"):
            setattr(self, name, getattr(self, name).to(device))
