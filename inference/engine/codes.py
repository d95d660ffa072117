"""Numbers as small whole numbers: how many steps each lies from a floor. Knows tensors, not what is kept in them.

A group of numbers shares a middle and a step, both float16. The step is rounded up and levels are counted against the
rounded pair, so that no number is cut off and the error is at most half a step, whatever the rounding took.
"""

import torch
from torch import Tensor

SHARED = torch.float16  # finer than bfloat16 where numbers lie far from zero and near each other
_MOST = torch.finfo(SHARED).max


def measured(numbers: Tensor, bits: int, dim: int) -> Tensor:
    """Middle and step of each group along a dimension, which becomes one: [2, ...] in float16."""
    wide = numbers.to(torch.promote_types(numbers.dtype, torch.float32))
    low, high = wide.aminmax(dim=dim, keepdim=True)
    middle = ((low + high) / 2).clamp(-_MOST, _MOST).to(SHARED)
    reach = torch.maximum(high - middle, middle - low)
    return torch.stack((middle, _rounded_up(reach / _half(bits))))


def encoded(numbers: Tensor, shared: Tensor, bits: int) -> Tensor:
    """The level of each number, from 0 up, in bytes."""
    middle, step = shared.to(torch.promote_types(numbers.dtype, torch.float32))
    step = torch.where(step == 0, 1, step)  # all numbers of the group are its middle
    levels: Tensor = ((numbers - middle) / step + _half(bits)).round_()
    return levels.clamp_(0, 2 * _half(bits)).to(torch.uint8)


def lines(shared: Tensor, bits: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Step and floor of each group in the type that is computed in: a number is its level times one plus the other."""
    middle, step = shared.to(dtype)
    return step, middle - step * _half(bits)


def decode_(levels: Tensor, step: Tensor, floor: Tensor) -> None:
    """Turn levels, already in the type that is computed in, into the numbers they stand for."""
    levels.mul_(step).add_(floor)


def packed(levels: Tensor, bits: int) -> Tensor:
    """Levels of four bits two a byte: the second half of the rows, [..., rows, size], above the first."""
    if bits == 8:
        return levels
    first, second = levels.chunk(2, dim=-2)
    return first | (second << 4)


def unpacked(kept: Tensor, bits: int, dtype: torch.dtype) -> Tensor:
    """The levels again, in the type that is computed in."""
    if bits == 8:
        return kept.to(dtype)
    rows = kept.shape[-2]
    levels = kept.new_empty(*kept.shape[:-2], 2 * rows, kept.shape[-1], dtype=dtype)
    levels[..., :rows, :] = kept & 15
    levels[..., rows:, :] = kept >> 4
    return levels


def _half(bits: int) -> float:
    """Half of the highest level: where the middle lies."""
    return float(2**bits - 1) / 2


def _rounded_up(numbers: Tensor) -> Tensor:
    """The nearest float16 that is no smaller; of numbers that are zero or more."""
    near = numbers.clamp(max=_MOST).to(SHARED)
    above = (near.view(torch.int16) + 1).view(SHARED)  # the next one up of those that are not negative
    return torch.where(near < numbers, above, near).clamp(max=_MOST)
