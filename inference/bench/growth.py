"""`python -m inference bench growth`: what reading and answering cost as a case file grows, beside what they ought to.

A small model with random weights and random tokens, in float32. Each point is measured on its own: a case file of
every length is read from its beginning, three times, and questions are asked of the last reading.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import Qwen2Config

from inference.engine.attention import Whole, attend
from inference.engine.load import LoadedModel, load
from inference.engine.prefill import prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, EngineProfile

from .clock import device_name, timed
from .growth_fit import fitted
from .growth_plot import NO_PLOT, can_plot, plot_growth
from .limits import copy_rate, product_rate, reading
from .peak import forget_peak, peak
from .points import INTERRUPTED, STOPPED, finished, say
from .random_model import save
from .step import QUESTION, STEPS, Limits, step_of

TIMES = 3  # of which the middle one counts
_SHAPE: dict[str, Any] = {
    "vocab_size": 4096,
    "hidden_size": 256,
    "intermediate_size": 704,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,  # of 64
    "num_key_value_heads": 2,
}


def bench_growth(
    *,
    lengths: Sequence[int],
    questions: Sequence[int],
    cache: Cache,
    chunk: int,
    plot: Path | None,
    as_json: bool,
) -> int:
    """Measure, print and plot; 2 when it could not be plotted, 130 when it was stopped, with what was finished."""
    if plot and not can_plot():
        print(NO_PLOT, file=sys.stderr)
        return 2
    torch.set_num_threads(torch.get_num_threads() if torch.cuda.is_available() else 1)
    loaded = _model(cache, chunk, max(lengths) + QUESTION + STEPS + 1)
    limits = Limits(product_rate(loaded.device, torch.float32), copy_rate(loaded.device))
    prefill(loaded, _drawn(loaded, min(lengths)))  # what only a first pass takes is in no point
    points, ended = finished(lengths, lambda length: _point(loaded, length, questions, limits))
    figures = {
        "device": device_name(),
        "dtype": "float32",
        "shape": _SHAPE,
        "cache": cache,
        "chunk": chunk,
        "weights_bytes": loaded.bytes,
        "product_gflops": round(limits.product / 1e9, 1),
        "copy_gigabytes_per_second": round(limits.copy / 1e9, 2),
        "ended": ended,
        "lengths": points,
        "fit": fitted(points),
    }
    print(json.dumps(figures, indent=1) if as_json else _page(figures))
    if plot:
        plot_growth(figures, plot)
    return INTERRUPTED if ended == STOPPED else 0


def _model(cache: Cache, chunk: int, window: int) -> LoadedModel:
    config = Qwen2Config(max_position_embeddings=1_010_000, **_SHAPE)
    with tempfile.TemporaryDirectory() as folder:
        save(config, "float32", Path(folder))
        return load(EngineProfile(Path(folder), dtype="float32", cache=cache, chunk=chunk, window=window))


def _point(loaded: LoadedModel, length: int, questions: Sequence[int], limits: Limits) -> dict[str, Any]:
    forget_peak()
    drawn, took = _drawn(loaded, length), []
    for time in range(TIMES):
        prefix, seconds = timed(partial(prefill, loaded, drawn))
        took.append(seconds)
        say(f"{length:,} tokens: read {time + 1} of {TIMES} in {seconds:.2f} s")
    row = {"tokens": length, **_prefill_row(prefix, took, limits), "steps": []}
    for count in questions:
        row["steps"].append(step_of(prefix, count, limits))
        say(f"{length:,} tokens: a step of {count} in {1000 * row['steps'][-1]['step_seconds']:.1f} ms")
    return {**row, "peak_bytes": peak()}


def _prefill_row(prefix: Prefix, took: Sequence[float], limits: Limits) -> dict[str, Any]:
    seconds = statistics.median(took)
    work = reading(prefix.loaded.model.config.get_text_config(), 0, prefix.tokens)
    alone = _attention_rate(prefix)
    return {
        "prefill_seconds": round(seconds, 5),
        "prefill_between": [round(min(took), 5), round(max(took), 5)],
        "weights_flops": work.weights,
        "attention_flops": work.attention,
        "gflops_per_second": round(work.all / seconds / 1e9, 2),
        "share_of_product": round(work.all / seconds / limits.product, 4),
        "attention_gflops_per_second": round(alone / 1e9, 2),
        "attention_share_of_product": round(alone / limits.product, 4),
        "prefix_bytes": prefix.bytes,
    }


@torch.inference_mode()
def _attention_rate(prefix: Prefix) -> float:
    """Operations a second of attention by itself: one chunk's queries to the whole prefix as it is kept."""
    text = prefix.loaded.model.config.get_text_config()
    size = text.hidden_size // text.num_attention_heads
    chunk = min(prefix.loaded.profile.chunk, prefix.tokens)
    q = torch.randn(1, text.num_attention_heads, chunk, size, device=prefix.loaded.device)

    def attended() -> None:
        parts = (Whole(block.k, block.v) for block in prefix.store.blocks(0, prefix.tokens))
        attend(q, parts, scale=size**-0.5)

    seconds = statistics.median(timed(attended)[1] for _ in range(TIMES))
    return float(4 * text.hidden_size * chunk * prefix.tokens / seconds)


def _drawn(loaded: LoadedModel, length: int) -> list[int]:
    drawn = torch.randint(loaded.vocabulary, (length,), generator=torch.Generator().manual_seed(1))
    return [int(token) for token in drawn]


def _page(figures: dict[str, Any]) -> str:
    """Tables as BENCHMARKS.md has them."""
    lines = [f"{key}: {value}" for key, value in figures.items() if key not in ("lengths", "fit", "shape")]
    lines += ["", _PREFILL]
    for row in figures["lengths"]:
        lines.append(
            f"| {row['tokens']:,} | {row['prefill_seconds']:.3g} | "
            f"{(row['weights_flops'] + row['attention_flops']) / 1e9:,.0f} | {row['gflops_per_second']} | "
            f"{row['share_of_product']:.0%} | {row['attention_gflops_per_second']} | "
            f"{row['attention_share_of_product']:.0%} | {row['peak_bytes'] / 1e6:,.0f} |"
        )
    lines += ["", _STEPS]
    for row in figures["lengths"]:
        lines += [
            f"| {row['tokens']:,} | {step['questions']} | {1000 * step['step_seconds']:.3g} | "
            f"{step['bytes'] / 1e6:,.1f} | {step['gigabytes_per_second']} | {step['share_of_copy']:.0%} | "
            f"{step['share_of_limits']:.0%} |"
            for step in row["steps"]
        ]
    return "\n".join([*lines, "", *(f"{key}: {value}" for key, value in (figures["fit"] or {}).items())])


_PREFILL = """\
| tokens | prefill, s | GFLOP by formula | GFLOP/s | of a product | attention alone, GFLOP/s | of a product | peak, MB |
| --- | --- | --- | --- | --- | --- | --- | --- |"""
_STEPS = """\
| tokens | questions | a step, ms | MB it reads at least | GB/s | of a copy | of the nearer limit |
| --- | --- | --- | --- | --- | --- | --- |"""
