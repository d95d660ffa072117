"""A small bidirectional transformer over word pieces, BERT's arrangement of layers; knows token ids, not text.

Devlin, Chang, Lee and Toutanova, "BERT", 2019; the shape is that of MiniLM-L6-H384 (Wang et al., 2020).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class EncoderShape:
    """How large an encoder is; `positions` is the longest window in tokens."""

    vocabulary: int = 30522
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise ValueError("The width of an encoder is a multiple of its heads.")


class Layer(nn.Module):
    """Self-attention and a two-layer perceptron, each added to its input and normalized after."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attend = nn.Linear(shape.width, 3 * shape.width)  # queries, keys, values
        self.gather = nn.Linear(shape.width, shape.width)
        self.attended = nn.LayerNorm(shape.width, eps=1e-12)
        self.widen = nn.Linear(shape.width, shape.inner)
        self.narrow = nn.Linear(shape.inner, shape.width)
        self.thought = nn.LayerNorm(shape.width, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """x: [windows, tokens, width]; mask: [windows, 1, 1, tokens], true where a token may be looked at."""
        windows, tokens, width = x.shape
        parts = self.attend(x).view(windows, tokens, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each [windows, heads, tokens, width / heads]
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = mixed.transpose(1, 2).reshape(windows, tokens, width)
        x = self.attended(x + self.gather(mixed))
        thought: Tensor = self.thought(x + self.narrow(F.gelu(self.widen(x))))
        return thought


class Encoder(nn.Module):
    """Token ids [windows, tokens] to vectors [windows, tokens, width]."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.places = nn.Parameter(torch.zeros(shape.positions, shape.width))
        self.entered = nn.LayerNorm(shape.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Vectors of all tokens; `mask` [windows, tokens] is true for real tokens, None when all are."""
        x: Tensor = self.entered(self.words(ids) + self.places[: ids.shape[1]])
        wide = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, wide)
        return x
