"""What reading and answering ought to cost, and what the device itself reached. Knows shapes and devices, no text."""

import statistics
from dataclasses import dataclass
from typing import Any

import torch

from inference.engine.cache import bytes_kept
from inference.engine.loaded import LoadedModel
from inference.engine.prefix import Prefix

from .clock import timed

_SQUARE = {"cuda": 8192, "cpu": 1024}  # of the product that the device is measured by
_COPIED = {"cuda": 2**31, "cpu": 2**27}  # bytes of the copy; no cache holds that
_TIMES = 5  # of which the middle one counts


@dataclass(frozen=True)
class Work:
    """Operations: in products with the weights, and in attention."""

    weights: float
    attention: float

    @property
    def all(self) -> float:
        """Both."""
        return self.weights + self.attention


def reading(text: Any, begin: int, tokens: int) -> Work:
    """What a text config takes for so many tokens behind `begin` others, each of which sees all before it.

    Two for each weight and token, the output layer aside, and 2·(L-1)·Hq·d·N² for attention: in the last layer one
    token a chunk attends, which is next to nothing.
    """
    heads = (text.num_hidden_layers - 1) * text.num_attention_heads * _head_size(text)
    return Work(2.0 * _weights(text) * tokens, 2.0 * heads * ((begin + tokens) ** 2 - begin**2))


def answering(text: Any, past: int, questions: int) -> Work:
    """What one step of so many questions takes that see so much each, the output layer included."""
    heads = text.num_hidden_layers * text.num_attention_heads * _head_size(text)
    each = _weights(text) + text.vocab_size * text.hidden_size
    return Work(2.0 * each * questions, 4.0 * heads * past * questions)


def step_bytes(prefix: Prefix, own: int) -> int:
    """What a step reads at least, where its questions have `own` tokens in all: weights, prefix once, and those."""
    loaded = prefix.loaded
    width = getattr(torch, loaded.profile.dtype).itemsize
    text = loaded.model.config.get_text_config()
    return _read_weights(loaded) + prefix.bytes + bytes_kept(text, "model", width, own)


def product_rate(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second of a large matrix product by the device's own library."""
    side = _SQUARE[device.type]
    one = torch.randn(side, side, device=device, dtype=dtype)
    timed(lambda: one @ one)
    return 2 * side**3 / statistics.median(timed(lambda: one @ one)[1] for _ in range(_TIMES))


def copy_rate(device: torch.device) -> float:
    """Bytes a second that a large copy reads and writes, both counted."""
    one = torch.zeros(_COPIED[device.type], device=device, dtype=torch.uint8)
    other = torch.ones_like(one)
    return 2 * one.nbytes / statistics.median(timed(lambda: other.copy_(one))[1] for _ in range(_TIMES))


def _weights(text: Any) -> int:
    """Weights that every token is multiplied by: attention's four and the three of the layer behind it."""
    size = _head_size(text)
    width = 2 * (text.num_attention_heads + text.num_key_value_heads) * size + 3 * text.intermediate_size
    return int(text.num_hidden_layers * text.hidden_size * width)


def _head_size(text: Any) -> int:
    return int(getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads)


def _read_weights(loaded: LoadedModel) -> int:
    """All but the table of embeddings, of which a step reads a few rows."""
    table: Any = loaded.model.get_input_embeddings()
    tied = loaded.model.config.get_text_config().tie_word_embeddings
    return loaded.bytes - (0 if tied else int(table.weight.nbytes))
