"""The stand-in's tokenizer: whole words of generated agreements and of our own prose, and single bytes for the rest.

Any text can be encoded and comes back as it was. Knows words, not models.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from inference.engine.plain_tokens import CLOSE, OPEN
from inference.engine.prompt import PREAMBLE
from inference.engine.script import STATES
from inference.engine.support import ORDERS, judgement_text
from inference.types import Question

from .agreements import WAYS_OF_ASKING
from .words import KINDS, NAMES, all_words

SIZE = 2_048
END = "<end>"

_OURS = (
    f"{PREAMBLE}document end of the case file Question: Clause clause Agreement between the and the Answer: Quote: "
    f"At: More: yes no Reason: Against: Judgement: {' '.join(STATES)} {' '.join(WAYS_OF_ASKING)}"
)
_PROSE = Path(__file__).parents[1] / "support_frames.json", Path(__file__).parents[2] / "clause_types.json"
_WORD = re.compile(r"[^\W\d_]+")


def made() -> Tokenizer:
    """Byte level, a word or mark a token where it is known; the same every time."""
    tokenizer = Tokenizer(models.BPE(vocab=_vocabulary(), merges=[], ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(END, special=True)])
    return tokenizer


def model_tokenizer() -> Any:
    """The same as transformers wraps it, without a chat template."""
    from transformers import PreTrainedTokenizerFast

    wrapped: Any = PreTrainedTokenizerFast
    return wrapped(tokenizer_object=made(), eos_token=END, pad_token=END)


def _vocabulary() -> dict[str, int]:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = dict.fromkeys((*alphabet, *map(_spelled, _needed())))
    for piece in map(_spelled, _likely()):
        if len(pieces) == SIZE - 1:
            break
        pieces.setdefault(piece)
    return {piece: id for id, piece in enumerate(pieces)}


def _needed() -> list[str]:
    """Words of generated agreements and of the template, as they stand in them."""
    judged = judgement_text(Question("", "", "", "text"), "", 1, ORDERS[0])
    found = [form for word in _WORD.findall(f"{_OURS} {judged}") for form in (word, f" {word}")]
    found += [f" {word}" for word in (*all_words(), *NAMES)]
    found += [kind.capitalize() for kind in KINDS]
    return [*found, *map(str, range(200)), OPEN, CLOSE, "\n\n", "’"]


def prose_words() -> list[str]:
    """The words of its vocabulary that stand after a space, without it."""
    return [piece[1:] for piece in _vocabulary() if piece[:1] == _spelled(" ") and piece[1:].isalpha()]


def _likely() -> list[str]:
    """Words of our own prose, the commonest first."""
    texts = [string for path in _PROSE for string in _strings(json.loads(path.read_text(encoding="utf-8")))]
    counted = Counter(match for text in texts for match in re.findall(r" ?[^\W\d_]+", text))
    return [word for word, _ in sorted(counted.items(), key=lambda row: (-row[1], row[0]))]


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [string for child in children for string in _strings(child)]


def _spelled(piece: str) -> str:
    """A piece in the letters that stand for its bytes."""
    (token,) = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(piece)
    return token[0]
