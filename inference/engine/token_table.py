"""The bytes of every token of a model's vocabulary, as constraints need them. Knows bytes, not texts or tensors."""

import json
from collections.abc import Sequence
from typing import Any

from llguidance import LLTokenizer

from .plain_tokens import PlainTokens


class TokenTable:
    """Made once a model; `size` is how many logits the model gives, which can be more than its tokens.

    Control tokens stand in it without bytes, so no constraint on text ever lets one through.
    """

    def __init__(self, plain: PlainTokens, size: int) -> None:
        self.plain = plain
        self.size = size
        self.never = size  # one id beyond the model's: what ends a grammar is no token of any model
        self.tokenizer = LLTokenizer(json.dumps(_filled(plain, size + 1)), eos_token=self.never)

    def bytes_of(self, ids: Sequence[int]) -> bytes:
        """What tokens spell one after the other; letters may be cut."""
        return bytes(self.tokenizer.decode_bytes(list(ids)))


def _filled(plain: PlainTokens, size: int) -> dict[str, Any]:
    """The tokenizer with a control token for every id that it lacks, so that the ids reach up to `size`."""
    lacking = sorted(set(range(size)) - plain.ids)
    fillers = [{**_FILLER, "id": id, "content": f"<engross {id}>"} for id in lacking]
    return plain.described | {"added_tokens": [*plain.described["added_tokens"], *fillers]}


_FILLER = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
