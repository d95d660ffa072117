"""One run of `bench gpu`: a model, what its device reaches, and the time that is left. Prints progress alone.

What a case file is kept as is filled with random keys and values through the store, for reading a million tokens takes
minutes; its last three chunks are read, questions are asked of it, and what fits into the time is read whole.
"""

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from transformers import Qwen2Config

from inference.engine.loaded import LoadedModel
from inference.engine.prefill import prefill
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, Quantization

from .clock import device_name, timed
from .engine import Shape
from .growth_fit import seconds_each
from .limits import Work, copy_rate, product_rate, reading
from .made_there import filled, keeping, made_there
from .peak import forget_peak, peak
from .points import STOPPED, finished, say
from .step import QUESTION, STEPS, Limits, step_of

CHUNKS = 3  # read behind what is filled; the middle one counts
_LENGTHS = {"large": (32_768, 131_072, 524_288, 1_000_000), "small": (256, 512)}


@dataclass(frozen=True)
class Manner:
    """What is measured; `lengths` empty for the usual ones. `data_sheet` is TFLOP/s and GB/s, None where not told."""

    device: str = "cuda"
    small: bool = False
    quantization: Quantization = "nf4"
    caches: Sequence[Cache] = ("int8", "int4")
    lengths: Sequence[int] = ()
    questions: Sequence[int] = (1, 4, 16, 64)
    chunk: int = 2048
    seconds: float = 480
    data_sheet: tuple[float | None, float | None] = (None, None)

    @property
    def shape(self) -> Qwen2Config:
        """Qwen2.5-7B's, or a tiny one of the same kind."""
        return _tiny() if self.small else Shape.large().config  # type: ignore[return-value]

    @property
    def measured(self) -> Sequence[int]:
        """The lengths."""
        return self.lengths or _LENGTHS["small" if self.small else "large"]


class Run:
    """One model, what the device reaches, and how much of the time is left."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._ends = time.monotonic() + manner.seconds
        window = max(manner.measured) + QUESTION + STEPS + 1
        self._loaded, self._making = timed(
            lambda: made_there(manner.shape, manner.quantization, manner.device, window, manner.chunk)
        )
        device = self._loaded.device
        self._limits = Limits(product_rate(device, torch.bfloat16), copy_rate(device))
        self._text = self._loaded.model.config.get_text_config()
        say(f"made in {self._making:.1f} s; {self._loaded.bytes / 1e9:.2f} GB of weights")

    def figures(self) -> dict[str, Any]:
        """Every length in every cache, then whole readings; what there was no time for is absent."""
        tflops, gigabytes = self._manner.data_sheet
        caches: list[dict[str, Any]] = []
        for cache in self._manner.caches:
            caches.append(self._of(keeping(self._loaded, cache)))
            if caches[-1]["ended"] == STOPPED:
                break
        self._wholes(caches)
        return {
            "device": device_name(),
            "quantization": self._manner.quantization,
            "dtype": "bfloat16",
            "chunk": self._manner.chunk,
            "making_seconds": round(self._making, 2),
            "weights_bytes": self._loaded.bytes,
            "product_tflops": round(self._limits.product / 1e12, 3),
            "copy_gigabytes_per_second": round(self._limits.copy / 1e9, 2),
            "data_sheet_tflops": tflops,
            "data_sheet_gigabytes_per_second": gigabytes,
            "caches": caches,
        }

    def _of(self, loaded: LoadedModel) -> dict[str, Any]:
        """One way to keep a case file, at every length."""
        rows, ended = finished(
            self._manner.measured, partial(self._point, loaded), lambda: time.monotonic() > self._ends
        )
        for row in rows:
            row["whole_seconds_expected"] = round(self._expected(rows, row["tokens"]), 3)
            row["whole_seconds"] = None
        return {"cache": loaded.profile.cache, "ended": ended, "lengths": rows}

    def _wholes(self, caches: Sequence[dict[str, Any]]) -> None:
        """Read from the beginning what the time is expected to do for, the short ones first."""
        rows = [(row, cache["cache"]) for cache in caches for row in cache["lengths"] if not cache["ended"]]
        rows.sort(key=lambda each: float(each[0]["whole_seconds_expected"]))
        finished(range(len(rows)), lambda place: self._whole(*rows[place]))

    def _point(self, loaded: LoadedModel, length: int) -> dict[str, Any]:
        """The last chunks of a case file of this length, and questions asked of it."""
        forget_peak()
        prefix = filled(loaded, length - CHUNKS * loaded.profile.chunk, CHUNKS * loaded.profile.chunk)
        prefix, row = self._chunks(prefix)
        row["steps"] = [step_of(prefix, count, self._limits) for count in self._manner.questions]
        row |= {"prefix_bytes": prefix.bytes, "peak_bytes": peak()}
        say(
            json.dumps({"cache": loaded.profile.cache, **row})
        )  # so much is told if the machine is taken away
        return row

    def _chunks(self, prefix: Prefix) -> tuple[Prefix, dict[str, Any]]:
        took, size, begun = [], prefix.loaded.profile.chunk, prefix.tokens
        for _ in range(CHUNKS):
            ids = prefix.token_ids + (1,) * size
            prefix, seconds = timed(partial(prefill, prefix.loaded, ids, begun=prefix))
            took.append(seconds)
        seconds = statistics.median(took)
        work = reading(self._text, begun + CHUNKS // 2 * size, size)
        return prefix, {
            "tokens": prefix.tokens,
            "chunk_seconds": round(seconds, 5),
            "chunk_weights_flops": work.weights,
            "chunk_attention_flops": work.attention,
            "tflops_per_second": round(work.all / seconds / 1e12, 4),
            **self._shares(work, seconds),
        }

    def _shares(self, work: Work, seconds: float) -> dict[str, float]:
        tflops = self._manner.data_sheet[0]
        shares = {"share_of_product": round(work.all / seconds / self._limits.product, 4)}
        return shares | (
            {"share_of_data_sheet": round(work.all / seconds / tflops / 1e12, 4)} if tflops else {}
        )

    def _expected(self, rows: Sequence[dict[str, Any]], tokens: int) -> float:
        """Seconds that the formula comes to for a whole reading, at the rates of the chunks that were read."""
        work = np.array([[row["chunk_weights_flops"], row["chunk_attention_flops"]] for row in rows])
        each = seconds_each(work, np.array([row["chunk_seconds"] for row in rows]))
        whole = reading(self._text, 0, tokens)
        return float(each @ [whole.weights, whole.attention])

    def _whole(self, row: dict[str, Any], cache: Cache) -> None:
        if row["whole_seconds_expected"] < self._ends - time.monotonic():
            ids = torch.randint(self._loaded.vocabulary, (row["tokens"],)).tolist()
            _, seconds = timed(partial(prefill, keeping(self._loaded, cache), ids))
            row["whole_seconds"] = round(seconds, 3)
            say(f"{cache}: {row['tokens']:,} tokens read whole in {seconds:.1f} s")


def _tiny() -> Qwen2Config:
    return Qwen2Config(
        vocab_size=512,
        hidden_size=128,
        intermediate_size=192,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1_010_000,
    )
