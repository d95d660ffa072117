"""Attention over parts of the past that lie in different places, merged by their log-sum-exp.

Knows queries, keys and values; not layers, text or where the parts came from. A prefix is one part that every fork
reads as it lies, a fork's own tokens are another: no part is ever copied beside another to be attended at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

Attended = tuple[Tensor, Tensor]  # out: [1, heads, tokens, dim], log-sum-exp: [1, heads, tokens]


class Part(Protocol):
    """Some of the past, able to say what each query gets from it and how much that weighs."""

    def attended_by(self, q: Tensor, scale: float) -> Attended: ...


@dataclass(frozen=True)
class Whole:
    """Keys and values that every query sees all of: [1, key heads, length, dim]."""

    k: Tensor
    v: Tensor

    def attended_by(self, q: Tensor, scale: float) -> Attended:
        """All query heads of one key head are stacked as rows, so that the keys are read once for them."""
        _, heads, tokens, dim = q.shape
        stacked = q.reshape(1, self.k.shape[1], -1, dim)  # [1, key heads, group * tokens, dim]
        out, weight = fused(stacked, self.k, self.v, scale)
        return out.reshape(1, heads, tokens, -1), weight.reshape(1, heads, tokens)


@dataclass(frozen=True)
class Causal:
    """The queries' own keys and values, one for each query in the same order: [1, key heads, tokens, dim]."""

    k: Tensor
    v: Tensor

    def attended_by(self, q: Tensor, scale: float) -> Attended:
        """Key heads become the batch and are seen by their group without a copy."""
        _, heads, tokens, dim = q.shape
        key_heads = self.k.shape[1]
        grouped = q.reshape(key_heads, heads // key_heads, tokens, dim)
        k = self.k.transpose(0, 1).expand(-1, heads // key_heads, -1, -1)
        v = self.v.transpose(0, 1).expand(-1, heads // key_heads, -1, -1)
        out, weight = fused(grouped, k, v, scale, causal=True)
        return out.reshape(1, heads, tokens, -1), weight.reshape(1, heads, tokens)


@dataclass(frozen=True)
class Ragged:
    """The forks' own keys and values, [rows, key heads, length, dim], for queries that lie row after row.

    `slots`, [rows, tokens], says where a row's queries lie (padded with 0); `places`, [queries], where a query lies
    in the flattened rows; `seen`, [rows, tokens, length], what it sees.
    """

    k: Tensor
    v: Tensor
    slots: Tensor
    places: Tensor
    seen: Tensor

    def attended_by(self, q: Tensor, scale: float) -> Attended:
        """Rows become the batch, and all query heads of one key head are stacked as a row's queries."""
        rows, tokens = self.slots.shape
        heads, key_heads = q.shape[1], self.k.shape[1]
        group = heads // key_heads
        even = len(self.places) == rows * tokens  # nothing is padded, so all lie in order
        own = q[0].view(heads, rows, tokens, -1) if even else q[0][:, self.slots]
        own = own.transpose(0, 1)  # [rows, heads, tokens, dim]
        own = own.reshape(rows, key_heads, group * tokens, -1)
        seen = self.seen[:, None, None].expand(-1, 1, group, -1, -1).reshape(rows, 1, group * tokens, -1)
        out, weight = fused_where(seen, own, self.k, self.v, scale)
        out = (
            out.reshape(rows, heads, tokens, -1).transpose(0, 1).flatten(1, 2)
        )  # [heads, rows * tokens, dim]
        weight = weight.reshape(rows, heads, tokens).transpose(0, 1).flatten(1)
        if not even:
            out, weight = out[:, self.places], weight[:, self.places]
        return out[None], weight[None]


def attend(q: Tensor, parts: Iterable[Part], *, scale: float) -> Tensor:
    """What the queries, [1, heads, tokens, dim], get from all parts together, as from one softmax over them."""
    merged: Attended | None = None
    for part in parts:
        attended = part.attended_by(q, scale)
        merged = attended if merged is None else merge(merged, attended)
    if merged is None:
        raise ValueError("There is nothing to attend to.")
    return merged[0].to(q.dtype)


def merge(one: Attended, other: Attended) -> Attended:
    """What comes of two softmaxes over different keys as of one: each weighs what its scores sum to."""
    weight = torch.logaddexp(one[1], other[1])
    share = torch.sigmoid(other[1] - one[1])[..., None]
    return torch.lerp(one[0].to(weight.dtype), other[0].to(weight.dtype), share), weight


def fused(q: Tensor, k: Tensor, v: Tensor, scale: float, *, causal: bool = False) -> Attended:
    """Attention that never holds all scores, by the device's own kernel; the plain way where there is none.

    The kernels are private to torch, but the only ones that give the log-sum-exp.
    """
    if q.device.type == "cpu":
        return _fused_on_cpu(q, k, v, scale, causal, None)
    if q.device.type == "cuda" and q.dtype != torch.float64:
        return _fused_on_gpu(q, k, v, scale, causal)
    return plain(q, k, v, scale, _triangle(q, k) if causal else None)


def fused_where(seen: Tensor, q: Tensor, k: Tensor, v: Tensor, scale: float) -> Attended:
    """The same where queries see only some keys, each one at least; kernels of a GPU are never asked for that.

    What has such a mask is short: the plain way writes its scores out.
    """
    if q.device.type == "cpu":
        hidden = q.new_zeros(()).masked_fill(~seen, float("-inf"))
        return _fused_on_cpu(q, k, v, scale, False, hidden)
    return plain(q, k, v, scale, seen)


def _fused_on_cpu(
    q: Tensor, k: Tensor, v: Tensor, scale: float, causal: bool, added: Tensor | None
) -> Attended:
    """The flash kernel, which takes any width and any type; `added` to the scores is of the queries' own type."""
    size = v.shape[-1]
    if size != k.shape[-1]:  # this kernel wants values as wide as keys; zeros change no score
        widest = max(size, k.shape[-1])
        q, k, v = (torch.nn.functional.pad(each, (0, widest - each.shape[-1])) for each in (q, k, v))
    cpu = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    out, weight = cpu(q, k, v, 0.0, causal, attn_mask=added, scale=scale)
    return out[..., :size], weight


def _fused_on_gpu(q: Tensor, k: Tensor, v: Tensor, scale: float, causal: bool) -> Attended:
    """The flash kernel for halves of usual width, else the memory-efficient one, which takes any."""
    halves = q.dtype in (torch.bfloat16, torch.float16)
    if halves and q.shape[-1] == v.shape[-1] <= 256 and q.shape[-1] % 8 == 0:
        flash = torch.ops.aten._scaled_dot_product_flash_attention
        out, weight, *_ = flash(q, k, v, 0.0, causal, False, scale=scale)
        return out, weight
    efficient = torch.ops.aten._scaled_dot_product_efficient_attention
    out, weight, *_ = efficient(q, k, v, None, True, 0.0, causal, scale=scale)
    return out, weight[..., : q.shape[-2]]  # the kernel pads its rows


def plain(q: Tensor, k: Tensor, v: Tensor, scale: float, seen: Tensor | None = None) -> Attended:
    """The twin of the fused kernels: all scores at once, in at least float32."""
    scores = (q @ k.transpose(-1, -2)).to(torch.promote_types(q.dtype, torch.float32)) * scale
    if seen is not None:
        scores = scores.masked_fill(~seen, float("-inf"))
    weight = scores.logsumexp(-1)
    return torch.exp(scores - weight[..., None]).to(v.dtype) @ v, weight


def _triangle(q: Tensor, k: Tensor) -> Tensor:
    return torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool, device=q.device).tril()
