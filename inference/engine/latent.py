"""Attention of models that keep one latent for all heads (multi-head latent attention); knows one layer at a time.

The latent is stored; keys and values of a head are a projection of it. Few queries are taken into the latent's space
and attend to it as it lies, which reads it once for all heads; for many it is cheaper to project the past, block by
block, than to attend in the wider space. Both give the same, and a test holds them to it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor

from .attention import Part, Whole, attend
from .store import KeyValues

FEW_QUERIES = 256
BLOCK = 4096  # tokens of the past projected at a time, so that memory stays flat

MakePart = Callable[[Tensor, Tensor], Part]


def keeps_latent(module: torch.nn.Module) -> bool:
    """Whether this layer caches a latent and projects it to keys and values itself."""
    return hasattr(module, "expand_kv")


def attend_latent(
    module: Any,
    query: Tensor,
    past: Iterable[KeyValues],
    own: KeyValues,
    own_part: MakePart,
    *,
    scale: float,
    few: int = FEW_QUERIES,
) -> Tensor:
    """Queries, [1, heads, tokens, dim], attend to latents; gives [1, heads, tokens, value size]."""
    if query.shape[2] > few:
        return attend(query, _projected(module, past, own, own_part), scale=scale)
    up_keys, up_values = _projections(module)
    lifted = torch.einsum("bhtn,hnr->bhtr", query[..., : module.qk_nope_head_dim], up_keys)
    lifted = torch.cat(
        (lifted, query[..., module.qk_nope_head_dim :]), dim=-1
    )  # [1, heads, tokens, latent + rope]
    out = attend(lifted, _as_they_lie(past, own, own_part), scale=scale)
    return torch.einsum("bhtr,hvr->bhtv", out[..., : own.key_size], up_values)


def _as_they_lie(past: Iterable[KeyValues], own: KeyValues, own_part: MakePart) -> Iterator[Part]:
    for block in past:
        yield Whole(block.joined, block.joined)
    yield own_part(own.joined, own.joined)


def _projected(module: Any, past: Iterable[KeyValues], own: KeyValues, own_part: MakePart) -> Iterator[Part]:
    for block in past:
        for start in range(0, block.joined.shape[2], BLOCK):
            stop = start + BLOCK
            yield Whole(*module.expand_kv(block.k[:, :, start:stop], block.v[:, :, start:stop]))
    yield own_part(*module.expand_kv(own.k, own.v))


def _projections(module: Any) -> tuple[Tensor, Tensor]:
    """From latent to keys, [heads, key size without rope, latent], and to values, [heads, value size, latent]."""
    weight = module.kv_b_proj.weight  # [heads * (key + value), latent]; never quantized
    by_head = weight.view(-1, module.qk_nope_head_dim + module.v_head_dim, module.kv_lora_rank)
    return by_head[:, : module.qk_nope_head_dim], by_head[:, module.qk_nope_head_dim :]
