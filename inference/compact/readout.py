"""What is read off token vectors: for every clause type, how far each token lies inside an answer, and each segment.

Knows vectors and which segment a token belongs to, not words.
"""

import torch
from torch import Tensor, nn


class Readout(nn.Module):
    """Heads of the encoder, all clause types at once."""

    def __init__(self, width: int, types: int) -> None:
        super().__init__()
        self.inside = nn.Linear(width, types)
        self.segment = nn.Linear(2 * width, types)
        self.peak = nn.Parameter(torch.full((types,), 0.5))  # how much a segment's surest token counts
        nn.init.normal_(self.inside.weight, std=0.02)
        nn.init.normal_(self.segment.weight, std=0.02)
        nn.init.constant_(self.inside.bias, -5.0)
        nn.init.constant_(self.segment.bias, -2.5)

    def forward(self, vectors: Tensor, owner: Tensor, segments: int) -> tuple[Tensor, Tensor]:
        """Log-odds of tokens [tokens, types] and of segments [segments, types].

        vectors: [tokens, width]; owner: [tokens], the segment of each token, from 0 to `segments` - 1.
        """
        inside = self.inside(vectors)
        mean, highest = pooled(vectors, owner, segments)
        peak = _highest(inside, owner, segments)
        return inside, self.segment(torch.cat([mean, highest], dim=1)) + self.peak * peak


def pooled(vectors: Tensor, owner: Tensor, segments: int) -> tuple[Tensor, Tensor]:
    """Mean and highest value of each segment's token vectors, both [segments, width]."""
    counts = torch.bincount(owner, minlength=segments).clamp(min=1).to(vectors.dtype)
    total = torch.zeros(segments, vectors.shape[1], dtype=vectors.dtype, device=vectors.device)
    total = total.index_add(0, owner, vectors)
    return total / counts[:, None], _highest(vectors, owner, segments)


def _highest(values: Tensor, owner: Tensor, segments: int) -> Tensor:
    empty = torch.full((segments, values.shape[1]), -20.0, dtype=values.dtype, device=values.device)
    places = owner[:, None].expand_as(values)
    return empty.scatter_reduce(0, places, values, "amax", include_self=True)
