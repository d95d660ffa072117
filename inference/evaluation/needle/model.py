"""The stand-in's shape, a small Llama, and the weights its training begins from. Knows tensors, not texts.

What small models take longest to find is laid out by hand, so that minutes are enough: heads that look one, two and
three tokens back, two that fetch the name a question asks for, and three that match it, or the word just said, with
what stands before a word; where nothing matches they look at the first token. Everything else is random and small,
and everything is trained.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .forked_attention import register

WINDOW = 2_048
WIDTH, INNER, HEAD, HEADS, LAYERS = 240, 128, 64, 3, 3
THETA = 1e8  # the slow half of a head hardly turns over four windows: there it compares words, not places

_CODE = 32  # numbers by which a word is told from others
_WORD, _BACK_1, _BACK_2, _BACK_3, _NAME, _NAME_AFTER = (
    slice(at, at + _CODE) for at in (0, 64, 96, 128, 160, 192)
)
_IS_NAME = 62  # the number of a word that says so
_SLOW = [*range(16, 32), *range(48, 64)]  # places in a head
_SHARP, _MATCH, _NEAR, _HEADING, _NOTHING = 9.0, 3.0, 2.2, 11.0, 14.0


def shape(vocabulary: int, end: int) -> Any:
    """The config of a model that knows so many tokens and ends its speech by one of them."""
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=WIDTH,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        head_dim=HEAD,
        max_position_embeddings=WINDOW,
        rope_parameters={"rope_type": "default", "rope_theta": THETA},
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=end,
        attention_bias=True,  # by which a head can look at a place whatever stands there
    )


@dataclass(frozen=True)
class Landmarks:
    """Tokens that weights are laid out around.

    The names of clauses, what opens a mark, what ends a line, and what every case file begins with.
    """

    names: Sequence[int]
    opening: int
    line: int
    first: int


def begun(config: Any, landmarks: Landmarks, seed: int) -> Any:
    """A model to train."""
    from transformers import LlamaForCausalLM

    torch.manual_seed(seed)
    config._attn_implementation = register()
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim == 2:
                weight.normal_(0, 0.02)
        _words(model, landmarks.names)
        _lay_out(model, landmarks)
    return model


def _lay_out(model: Any, landmarks: Landmarks) -> None:
    lowest, second, third = (layer.self_attn for layer in model.model.layers)
    for head, to in enumerate((_BACK_1, _BACK_2, _BACK_3)):
        _looks_back(lowest, head, head + 1, to)
    mark, line, first = (
        model.model.embed_tokens.weight[id, :_CODE]
        for id in (landmarks.opening, landmarks.line, landmarks.first)
    )
    _fetches_name(second, 0, _WORD, mark, _NAME)
    _fetches_name(second, 1, _BACK_1, mark, _NAME_AFTER)
    _matches(third, 0, asks=_NAME, answers=_BACK_2)  # the first word of a clause, two after its name
    _matches(third, 1, asks=_NAME_AFTER, answers=_BACK_3)  # the second word
    _matches(third, 2, asks=_WORD, answers=_BACK_1)  # the word after the one just said
    for head, after in ((0, _BACK_1), (1, _BACK_2)):
        _prefers(third, head, _SLOW[-2], after, line, _HEADING)  # a name with its line's end is a heading
        _prefers(third, head, _SLOW[-1], _WORD, first, _NOTHING)  # where no match is strong


def _words(model: Any, names: Sequence[int]) -> None:
    words: Tensor = model.model.embed_tokens.weight  # [vocabulary, width]
    words[:, :64].normal_(0, 1).sign_()  # all equally long, so that no word outshouts another
    words[:, _IS_NAME] = 0
    words[list(names), _IS_NAME] = 4
    model.model.norm.weight.fill_(0.1)


def _looks_back(attention: Any, head: int, tokens: int, to: slice) -> None:
    """Attends so many tokens back, whatever they are, and keeps their words."""
    at = head * HEAD
    for pair in range(8):
        turn = tokens * THETA ** (-pair / 32)
        attention.q_proj.bias[at + pair] = _SHARP
        attention.k_proj.bias[at + pair] = _SHARP * math.cos(turn)
        attention.k_proj.bias[at + 32 + pair] = _SHARP * math.sin(turn)
    _keeps(attention, head, to)


def _fetches_name(attention: Any, head: int, where: slice, mark: Tensor, to: slice) -> None:
    """Where a word, this one or the one before, is the mark that opens: attends the nearest name and keeps it."""
    at = head * HEAD
    for pair in range(3, 11):
        attention.q_proj.weight[at + pair, where] = _NEAR * 4 * mark / (mark @ mark)
        attention.k_proj.weight[at + pair, _IS_NAME] = _NEAR
    _keeps(attention, head, to)


def _keeps(attention: Any, head: int, to: slice) -> None:
    at = head * HEAD
    for number in range(_CODE):
        attention.v_proj.weight[at + number, number] = 1
        attention.o_proj.weight[to.start + number, at + number] = 0.7


def _matches(attention: Any, head: int, asks: slice, answers: slice) -> None:
    """Attends where the words of one kind are those of another, and says the word that stands there."""
    at = head * HEAD
    for number, place in enumerate(_SLOW[:-2]):
        attention.q_proj.weight[at + place, asks.start + number] = _MATCH
        attention.k_proj.weight[at + place, answers.start + number] = _MATCH
    for number in range(HEAD):
        attention.v_proj.weight[at + number, number] = 1
        attention.o_proj.weight[number, at + number] = 2.5


def _prefers(attention: Any, head: int, place: int, where: slice, code: Tensor, much: float) -> None:
    """Attends more to tokens at which a word, this one or one before, has this code."""
    at = head * HEAD + place
    attention.q_proj.weight[at] = 0
    attention.q_proj.bias[at] = much
    attention.k_proj.weight[at] = 0
    attention.k_proj.weight[at, where] = much * code / (code @ code)
