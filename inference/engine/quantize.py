"""Which layers of a model are quantized, what that saves, and how bitsandbytes is told; loads nothing."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, PreTrainedConfig

from .profile import EngineProfile

DTYPES = {"bfloat16": torch.bfloat16, "float32": torch.float32, "float64": torch.float64}
_BLOCK = 64  # numbers that share a scale; a processor's kernel also wants sizes in such blocks
_NF4_BYTES = (
    0.5 + 1 / _BLOCK + 4 / (_BLOCK * 256)
)  # four bits, an 8-bit scale a block, a float32 for 256 of those
_READ_AS_THEY_ARE = ("kv_b_proj",)  # attention itself multiplies by what unfolds a latent


class Quantized:
    """A model's linear layers under a quantization: the outline is built without memory, and forgotten."""

    def __init__(self, config: PreTrainedConfig, profile: EngineProfile) -> None:
        self._profile = profile
        with torch.device("meta"):
            model: Any = AutoModelForCausalLM.from_config(  # type: ignore[no-untyped-call]
                config, dtype=DTYPES[profile.dtype], trust_remote_code=False
            )
        self._output = model.get_output_embeddings()
        self._linear = dict(_linear_layers(model))

    def saved_bytes(self) -> float:
        """How much less the quantized layers take than in the profile's own type."""
        width = DTYPES[self._profile.dtype].itemsize
        shrunk = [layer for name, layer in self._linear.items() if name not in self._kept()]
        return sum(layer.weight.numel() * (width - self._bytes_each(layer)) for layer in shrunk)

    def settings(self) -> BitsAndBytesConfig:
        """What bitsandbytes is told; the layers left alone are named in full."""
        four_bits = {
            "load_in_4bit": True,
            "bnb_4bit_quant_type": "nf4",
            "bnb_4bit_use_double_quant": True,
            "bnb_4bit_compute_dtype": DTYPES[self._profile.dtype],
        }
        chosen: dict[str, Any] = four_bits if self._profile.quantization == "nf4" else {"load_in_8bit": True}
        return BitsAndBytesConfig(**chosen, llm_int8_skip_modules=self._kept())  # type: ignore[no-untyped-call]

    def _kept(self) -> list[str]:
        """Layers that keep the model's type: the output, what unfolds a latent, and sizes that make no blocks."""
        return [name for name, layer in self._linear.items() if layer is self._output or self._is_kept(name)]

    def _is_kept(self, name: str) -> bool:
        layer = self._linear[name]
        odd = layer.in_features % _BLOCK or layer.out_features % _BLOCK
        return name.endswith(_READ_AS_THEY_ARE) or bool(odd)

    def _bytes_each(self, layer: nn.Linear) -> float:
        return _NF4_BYTES if self._profile.quantization == "nf4" else 1 + 4 / layer.in_features


def _linear_layers(model: nn.Module) -> Iterator[tuple[str, nn.Linear]]:
    """Stacked experts are no linear layers, and bitsandbytes leaves them as they are."""
    for name, module in model.named_modules():
        if type(module) is nn.Linear:
            yield name, module
