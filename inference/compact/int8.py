"""Linear layers with int8 weights: a quarter of the memory, and on a CPU several times as fast.

Weights are stored as int8 with one scale a row of the original matrix, activations are rounded to int8 with one
scale a token; products add up in int32, so that nothing is lost but the rounding. Knows matrices, not layers.
"""

import torch
from torch import Tensor, nn

_ROWS = 256  # tokens rounded together: they stay in the processor's cache
_SMALLEST = 1e-8


class Int8Linear(nn.Module):
    """y = x W' + b with W in int8.

    weight: int8 [inputs, outputs]; scale, bias: single precision [outputs].
    """

    weight: Tensor
    scale: Tensor
    bias: Tensor

    def __init__(self, weight: Tensor, scale: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight.contiguous())
        self.register_buffer("scale", scale)
        self.register_buffer("bias", bias)

    @classmethod
    def of(cls, linear: nn.Linear) -> "Int8Linear":
        """The same layer, rounded: each output's weights in 255 steps."""
        weight = linear.weight.detach().float()
        rounded, scale = rounded_rows(weight)
        return cls(rounded.t(), scale[:, 0], linear.bias.detach().float())

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., inputs] in single precision, to [..., outputs]."""
        flat = x.reshape(-1, x.shape[-1])
        made = torch.empty(len(flat), self.weight.shape[1], dtype=flat.dtype, device=flat.device)
        for first in range(0, len(flat), _ROWS):
            rows, scale = rounded_rows(flat[first : first + _ROWS])
            sums = torch._int_mm(rows, self.weight).to(flat.dtype)
            torch.addcmul(self.bias, sums.mul_(self.scale), scale, out=made[first : first + _ROWS])
        return made.view(*x.shape[:-1], -1)

    def plain(self, x: Tensor) -> Tensor:
        """What `forward` gives, by the definition and in double precision: for tests and other devices."""
        rows, scale = rounded_rows(x.reshape(-1, x.shape[-1]))
        sums = rows.double() @ self.weight.double()
        made = sums * self.scale.double() * scale.double() + self.bias.double()
        return made.to(x.dtype).view(*x.shape[:-1], -1)


class Int8Embedding(nn.Module):
    """Vectors of ids from an int8 table [ids, width] with one scale a row."""

    weight: Tensor
    scale: Tensor

    def __init__(self, weight: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("scale", scale)

    @classmethod
    def of(cls, embedding: nn.Embedding) -> "Int8Embedding":
        """The same table, rounded."""
        weight, scale = rounded_rows(embedding.weight.detach().float())
        return cls(weight, scale[:, 0])

    def forward(self, ids: Tensor) -> Tensor:
        """ids: [...], to [..., width] in single precision."""
        return self.weight[ids].float() * self.scale[ids][..., None]


def rounded_rows(x: Tensor) -> tuple[Tensor, Tensor]:
    """Each row in 255 steps: int8 [rows, columns] and its scale [rows, 1], so that x is about rounded * scale."""
    scale = x.abs().amax(dim=1, keepdim=True).clamp_(min=_SMALLEST) / 127.0
    return (x / scale).round_().to(torch.int8), scale
