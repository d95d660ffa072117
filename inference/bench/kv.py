"""`python -m inference bench kv`: what keys and values kept in eight and in four bits save, move and cost.

Two small shapes with random weights, one with grouped queries and one that keeps a latent; heads are as wide as those
of the models that firms bring, for what is shared within a head weighs the less the wider it is.
"""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import DeepseekV3Config, PreTrainedConfig, Qwen2Config

from inference.engine.attention import Whole, attend
from inference.engine.cache import layers_of
from inference.engine.load import LoadedModel, load
from inference.engine.prefill import prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, EngineProfile
from inference.engine.store import KeyValues, PrefixStore

from .clock import device_name, timed
from .random_model import save

BARS: dict[Cache, float] = {"int8": 1.8, "int4": 3.3}  # times smaller than bfloat16
FORKS, STEPS = (1, 16), 4  # questions side by side, tokens decoded of each
_COMMON: dict[str, Any] = {
    "vocab_size": 4096,
    "hidden_size": 256,
    "intermediate_size": 704,
    "num_hidden_layers": 2,
    "max_position_embeddings": 1_010_000,
}
_GROUPED: dict[str, Any] = {**_COMMON, "head_dim": 128}
_WIDE = 0.1  # deviation of the weights: attention is then far from even, as it is in trained models


def bench_kv(*, tokens: int, as_json: bool) -> int:
    """Read one case file of random tokens with each cache; 1 when one is not as small as it is to be."""
    torch.set_num_threads(torch.get_num_threads() if torch.cuda.is_available() else 1)
    torch.manual_seed(1)  # the same weights each time: how far four bits move attention hangs on them
    rows = [row for name, config in _shapes().items() for row in _measured(name, config, tokens)]
    figures = {"device": device_name(), "dtype": "float32", "tokens": tokens, "rows": rows}
    print(json.dumps(figures, indent=1) if as_json else _page(figures))
    return 0 if all(row["pass"] for row in rows) else 1


def _shapes() -> dict[str, PreTrainedConfig]:
    grouped = Qwen2Config(
        num_attention_heads=4,
        num_key_value_heads=2,
        initializer_range=_WIDE,
        **_GROUPED,
    )
    latent = DeepseekV3Config(
        num_attention_heads=4,
        num_key_value_heads=4,
        first_k_dense_replace=_COMMON["num_hidden_layers"],
        q_lora_rank=None,
        initializer_range=_WIDE,
        **_COMMON,
    )
    return {"grouped queries": grouped, "latent": latent}


def _measured(name: str, config: PreTrainedConfig, tokens: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        save(config, "float32", Path(folder))
        loaded = load(EngineProfile(Path(folder), dtype="float32", cache="model", window=tokens + 64))
    ids = _drawn(loaded, tokens)
    full, reading = timed(lambda: prefill(loaded, ids))
    rows = [_row(name, full, full, reading)]
    for cache in BARS:
        model = replace(loaded, profile=replace(loaded.profile, cache=cache))
        prefix, reading = timed(partial(prefill, model, ids))
        rows.append(_row(name, prefix, full, reading))
    return rows


def _row(name: str, prefix: Prefix, full: Prefix, reading: float) -> dict[str, Any]:
    """One cache beside the same model that keeps everything as it made it."""
    cache = prefix.loaded.profile.cache
    bfloat16, each = full.bytes / full.tokens / 2, prefix.bytes / prefix.tokens
    smaller = bfloat16 / each
    return {
        "model": name,
        "cache": cache,
        "bytes_per_token": round(each, 1),
        "bytes_per_token_in_bfloat16": round(bfloat16, 1),
        "smaller_than_bfloat16": round(smaller, 3),
        "bar": BARS.get(cache),
        "pass": smaller >= BARS.get(cache, 0),
        "attention_error": _attention_error(full, prefix.loaded),
        "logits_error": _apart(_said(prefix), _said(full)),
        "prefill_seconds": round(reading, 3),
        **{f"step_of_{forks}_ms": round(_step(prefix, forks), 2) for forks in FORKS},
    }


def _attention_error(full: Prefix, loaded: LoadedModel) -> float:
    """Of what random queries get from the same keys and values, kept in full and kept so: the mean of all layers."""
    kept = PrefixStore(loaded.layers, full.tokens, layers_of(loaded))
    kept.claim(0, full.tokens)
    errors = []
    for layer in range(loaded.layers):
        given = _together(full.store.blocks(layer, full.tokens))
        kept.write(layer, 0, given.k, given.v)
        parts = [_part(block, loaded) for block in kept.blocks(layer, full.tokens)]
        whole = _part(given, loaded)
        q = _queries(whole.k)
        errors.append(_apart(attend(q, parts, scale=1.0), attend(q, [whole], scale=1.0)))
    return round(sum(errors) / len(errors), 5)


def _together(blocks: Iterable[KeyValues]) -> KeyValues:
    first, *rest = blocks
    return KeyValues(torch.cat([block.joined for block in (first, *rest)], dim=2), first.key_size)


def _part(block: KeyValues, loaded: LoadedModel) -> Whole:
    """Keys and values as the model's heads see them; a latent is both."""
    if getattr(loaded.model.config, "kv_lora_rank", None):
        return Whole(block.joined, block.joined)
    return Whole(block.k, block.v)


def _queries(k: Tensor) -> Tensor:
    """Sixty-four for each key head, [1, heads, 64, dim], of such a length that scores deviate by two."""
    drawn = torch.randn(1, k.shape[1], 64, k.shape[-1], generator=torch.Generator().manual_seed(2)).to(k)
    scores = drawn @ (k - k.mean(2, keepdim=True)).transpose(-1, -2)
    return 2 * drawn / scores.std(-1, keepdim=True)


def _said(prefix: Prefix) -> Tensor:
    """Logits of one fork after a question."""
    return prefix.fork(1).feed([list(range(32))])


def _step(prefix: Prefix, forks: int) -> float:
    """Milliseconds of a step in which so many forks get one token each."""
    open_forks = prefix.fork(forks)
    open_forks.feed([[1]] * forks)
    _, seconds = timed(lambda: [open_forks.feed([[2]] * forks) for _ in range(STEPS)])
    return seconds / STEPS * 1000


def _apart(one: Tensor, other: Tensor) -> float:
    return round(float((one - other).norm() / other.norm()), 5)


def _drawn(loaded: LoadedModel, tokens: int) -> list[int]:
    drawn = torch.randint(loaded.vocabulary, (tokens,), generator=torch.Generator().manual_seed(1))
    return [int(token) for token in drawn]


def _page(figures: dict[str, Any]) -> str:
    lines = [f"{figures['tokens']:,} tokens, {figures['dtype']}, {figures['device']}"]
    for row in figures["rows"]:
        lines.append(
            f"{row['model']:16} {row['cache']:6} {row['bytes_per_token']:>8} bytes a token, "
            f"{row['smaller_than_bfloat16']:.2f} times smaller than bfloat16, "
            f"attention off by {row['attention_error']:.2%}, logits by {row['logits_error']:.2%}, "
            f"prefill {row['prefill_seconds']} s, a step {row['step_of_1_ms']} ms, "
            f"of sixteen {row['step_of_16_ms']} ms"
        )
    return "\n".join(lines)
