"""Attention of a training batch: each case file sees itself, each fork its case file and itself. Knows tensors alone.

The plain products of a processor are several times quicker here than one masked row of everything.
"""

import math
from typing import Any

import torch
from torch import Tensor
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

NAME = "needle_forks"


def attend(
    module: Any,
    q: Tensor,  # [rows, heads, room + forks * length, dim]
    k: Tensor,
    v: Tensor,
    mask: Tensor | None,
    *,
    hidden: Tensor,  # [rows, 1, 1, room]
    room: int,
    forks: int,
    **others: Any,
) -> tuple[Tensor, None]:
    """What `transformers` expects of an attention: [rows, tokens, heads, dim]."""
    rows, heads, tokens, dim = q.shape
    length = (tokens - room) // forks
    (case_q, own_q), (case_k, own_k), (case_v, own_v) = (
        torch.split(some, [room, tokens - room], dim=2) for some in (q / math.sqrt(dim), k, v)
    )
    of_case = (case_q @ case_k.mT + _before(room, q)).softmax(-1) @ case_v

    def apart(some: Tensor) -> Tensor:
        return some.reshape(rows, heads, forks, length, dim)

    to_case = (own_q @ case_k.mT + hidden.to(q.dtype)).view(rows, heads, forks, length, room)
    to_own = apart(own_q) @ apart(own_k).mT + _before(length, q)
    on_case, on_own = torch.split(torch.cat([to_case, to_own], -1).softmax(-1), [room, length], dim=-1)
    of_forks = on_case.reshape(rows, heads, forks * length, room) @ case_v
    of_forks = of_forks + (on_own @ apart(own_v)).view(rows, heads, forks * length, dim)
    return torch.cat([of_case, of_forks], 2).transpose(1, 2).contiguous(), None


def _before(length: int, like: Tensor) -> Tensor:
    return torch.full((length, length), -torch.inf, dtype=like.dtype, device=like.device).triu(1)


def register() -> str:
    """Make it known to transformers; gives the name it goes by there."""
    ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
    return NAME
