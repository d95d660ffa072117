"""A model of random weights made on the device that it runs on, and case files that it seems to have read.

Nothing is written to a disk, so that a machine that is lent for minutes measures instead of copying.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bitsandbytes
import torch
from torch import nn
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, PreTrainedConfig

from inference.engine.cache import layers_of
from inference.engine.load import code_version
from inference.engine.loaded import LoadedModel
from inference.engine.prefix import Prefix
from inference.engine.profile import Cache, EngineProfile, Quantization
from inference.engine.prove import prove
from inference.engine.quantize import DTYPES, Quantized
from inference.engine.step import register
from inference.engine.store import PrefixStore
from inference.types import Fingerprint

from .random_model import byte_tokenizer

_PIECE = 8192  # tokens that are drawn at a time
_RANDOM = Path("random")


def made_there(
    config: PreTrainedConfig, quantization: Quantization, device: str, window: int, chunk: int
) -> LoadedModel:
    """A model that computes in bfloat16, warmed up and proved; quantized after all of it was there once."""
    profile = EngineProfile(_RANDOM, quantization, "bfloat16", device, window=window, chunk=chunk)
    with torch.device(device):
        model: Any = AutoModelForCausalLM.from_config(  # type: ignore[no-untyped-call]
            config, dtype=DTYPES[profile.dtype], attn_implementation=register()
        ).eval()
    if quantization == "nf4":
        _quantize(model, Quantized(config, profile).settings())
    fingerprint = Fingerprint("random", code_version())
    loaded = LoadedModel(model, byte_tokenizer(), profile, fingerprint, window)
    prove(loaded)
    return loaded


def keeping(loaded: LoadedModel, cache: Cache) -> LoadedModel:
    """The same model, its case files kept in another way."""
    return replace(loaded, profile=replace(loaded.profile, cache=cache))


def filled(loaded: LoadedModel, tokens: int, room: int) -> Prefix:
    """So many tokens of random keys and values, written through the store; with room for more behind them.

    They take what keys and values of a case file take, and mean nothing. All layers get the same ones.
    """
    store = PrefixStore(loaded.layers, tokens + room, layers_of(loaded))
    for begin, k, v in _drawn(loaded, tokens):
        store.claim(begin, k.shape[2])
        for layer in range(loaded.layers):
            store.write(layer, begin, k, v)
    logits = torch.zeros(loaded.vocabulary, device=loaded.device)
    return Prefix(loaded, (0,) * tokens, store, logits)


def _drawn(loaded: LoadedModel, tokens: int) -> Iterator[tuple[int, torch.Tensor, torch.Tensor]]:
    text = loaded.model.config.get_text_config()
    heads, size = text.num_key_value_heads, text.hidden_size // text.num_attention_heads
    for begin in range(0, tokens, _PIECE):
        shape = (2, 1, heads, min(_PIECE, tokens - begin), size)
        k, v = torch.randn(shape, device=loaded.device, dtype=DTYPES[loaded.profile.dtype])
        yield begin, k, v


def _quantize(model: nn.Module, settings: BitsAndBytesConfig) -> None:
    """Each linear layer that a loaded model would have in four bits, one after the other where it lies."""
    for name, layer in list(model.named_modules()):
        if type(layer) is nn.Linear and name not in (settings.llm_int8_skip_modules or ()):
            model.set_submodule(name, _in_four_bits(layer, settings))


def _in_four_bits(layer: nn.Linear, settings: BitsAndBytesConfig) -> nn.Module:
    how = {
        "compress_statistics": settings.bnb_4bit_use_double_quant,
        "quant_type": settings.bnb_4bit_quant_type,
    }
    made: Any = bitsandbytes.nn.Linear4bit(  # type: ignore[no-untyped-call]
        layer.in_features,
        layer.out_features,
        layer.bias is not None,
        settings.bnb_4bit_compute_dtype,
        device="meta",
        **how,
    )
    weight: Any = bitsandbytes.nn.Params4bit(layer.weight.data, requires_grad=False, **how)
    made.weight, made.bias = weight.to(layer.weight.device), layer.bias
    return made.requires_grad_(False)  # type: ignore[no-any-return]
