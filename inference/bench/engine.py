"""`python -m inference bench engine`: a model's shape with random weights, loaded, filled and forked, beside its limit.

Speed and memory do not depend on what the weights say; answers do, and none are asked for here.
"""

import json
import resource
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedConfig, Qwen2Config

from inference.engine.load import LoadedModel, load
from inference.engine.prefill import prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, DType, EngineProfile, Quantization

from .clock import device_name, timed
from .limits import reading
from .random_model import save

FORKS, STEPS, QUESTION = 16, 8, 32  # questions side by side, tokens decoded of each, tokens of each
_SHAPE_KEYS = (
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
)
_SQUARE = {"cuda": 8192, "cpu": 1024}  # of the product that the limit is measured with


@dataclass(frozen=True)
class Shape:
    """What is measured: a config, and the lengths of the case files."""

    config: PreTrainedConfig
    lengths: tuple[int, ...]
    dtype: DType

    @classmethod
    def large(cls) -> "Shape":
        """Qwen2.5-7B."""
        config = Qwen2Config(
            vocab_size=152_064,
            hidden_size=3584,
            intermediate_size=18_944,
            num_hidden_layers=28,
            num_attention_heads=28,
            num_key_value_heads=4,
            max_position_embeddings=1_010_000,
        )
        return cls(config, (32_768, 131_072), "bfloat16")

    @classmethod
    def small(cls) -> "Shape":
        """The same proportions in a size that a processor reads in seconds."""
        config = Qwen2Config(
            vocab_size=4096,
            hidden_size=256,
            intermediate_size=704,
            num_hidden_layers=4,
            num_attention_heads=8,
            num_key_value_heads=2,
            max_position_embeddings=1_010_000,
        )
        return cls(config, (2048, 8192), "float32")


def bench_engine(
    *,
    small: bool,
    quantization: Quantization,
    cache: Cache,
    lengths: Sequence[int],
    chunk: int,
    work: Path | None,
    as_json: bool,
) -> int:
    """Make the model, load it as a firm's would be, and print what reading and forking it took."""
    torch.set_num_threads(torch.get_num_threads() if torch.cuda.is_available() else 1)
    shape = Shape.small() if small or not torch.cuda.is_available() else Shape.large()
    with tempfile.TemporaryDirectory(dir=work) as folder:
        save(shape.config, shape.dtype, Path(folder))
        profile = EngineProfile(
            Path(folder),
            quantization=quantization,
            dtype=shape.dtype,
            chunk=chunk,
            cache=cache,
            window=max(lengths or shape.lengths) + QUESTION + STEPS,
        )
        loaded, loading = timed(lambda: load(profile))
        figures = {
            "device": device_name(),
            "shape": {key: getattr(shape.config, key) for key in _SHAPE_KEYS},
            "quantization": quantization,
            "cache": cache,
            "dtype": shape.dtype,
            "chunk": chunk,
            "loading_seconds": round(loading, 2),
            "weights_bytes": loaded.bytes,
            "limit_gflops": round(_limit(loaded) / 1e9, 1),
            "lengths": [_measure(loaded, length) for length in lengths or shape.lengths],
        }
    print(json.dumps(figures, indent=1) if as_json else _page(figures))
    return 0


def _measure(loaded: LoadedModel, length: int) -> dict[str, float]:
    """One case file of random tokens read once, then questions side by side."""
    drawn = torch.randint(loaded.vocabulary, (length,), generator=torch.Generator().manual_seed(1)).tolist()
    _forget_peak()
    prefix, seconds = timed(lambda: prefill(loaded, drawn))
    questions, step = _decode(prefix)
    read = prefix.bytes + loaded.bytes  # bytes that a step of all forks reads at least
    return {
        "tokens": length,
        "prefill_seconds": round(seconds, 3),
        "prefill_tokens_per_second": round(length / seconds),
        "share_of_limit": round(_work(loaded, length) / seconds / _limit(loaded), 3),
        "cache_bytes": prefix.bytes,
        "peak_bytes": _peak(),
        f"feeding_{FORKS}_questions_seconds": round(questions, 4),
        f"step_of_{FORKS}_forks_seconds": round(step, 4),
        "step_gigabytes_per_second": round(read / step / 1e9, 1),
    }


def _decode(prefix: Prefix) -> tuple[float, float]:
    """Seconds that feeding the questions took, and a step of all forks after the first."""
    forks = prefix.fork(FORKS)
    _, questions = timed(lambda: forks.feed([list(range(QUESTION))] * FORKS))
    forks.feed([[1]] * FORKS)
    _, steps = timed(lambda: [forks.feed([[2]] * FORKS) for _ in range(STEPS - 1)])
    return questions, steps / (STEPS - 1)


def _work(loaded: LoadedModel, length: int) -> float:
    """Operations of reading so many tokens."""
    return reading(loaded.model.config.get_text_config(), 0, length).all


def _limit(loaded: LoadedModel) -> float:
    """Operations a second of a large product of the device's own library, in the type the model computes in."""
    side = _SQUARE[loaded.device.type]
    one = torch.randn(side, side, device=loaded.device, dtype=getattr(torch, loaded.profile.dtype))
    timed(lambda: one @ one)
    _, seconds = timed(lambda: [one @ one for _ in range(10)])
    return 10 * 2 * side**3 / seconds


def _forget_peak() -> None:
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def _peak() -> int:
    """The most memory held: of the GPU since the last length, of the whole process on a processor."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _page(figures: dict[str, Any]) -> str:
    lines = [f"{key:24} {value}" for key, value in figures.items() if key != "lengths"]
    for row in figures["lengths"]:
        lines += ["", *(f"{key:32} {value}" for key, value in row.items())]
    return "\n".join(lines)
