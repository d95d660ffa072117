"""The plain twin of a prefix and its forks: one full forward of the model for every row, nothing shared or kept."""

from collections.abc import Sequence
from typing import Any

import torch

from inference.engine.tried import Tried


class PlainPrefix:
    """A case file's tokens and the model that reads them anew for every row."""

    def __init__(self, model: Any, token_ids: Sequence[int]) -> None:
        self.model, self.token_ids = model, list(token_ids)
        self.fed: list[list[int]] = []  # how many tokens each row was given, call by call

    def fork(self, rows: int) -> "PlainForks":
        return PlainForks(self, rows)


class PlainForks:
    """Rows of tokens after the same prefix."""

    def __init__(self, prefix: PlainPrefix, rows: int) -> None:
        self._prefix = prefix
        self._rows: list[list[int]] = [[] for _ in range(rows)]
        self._logits: list[torch.Tensor | None] = [None] * rows

    def feed(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        self._prefix.fed.append([len(tokens) for tokens in rows])
        for place, tokens in enumerate(rows):
            if tokens:
                self._rows[place] += tokens
                self._logits[place] = self._last_logits(self._rows[place])
        return torch.stack([logits for logits in self._logits if logits is not None])  # [rows, vocabulary]

    def most_drafted(self, rows: Sequence[Sequence[int]]) -> int:
        """Nothing is tried: every choice has a turn of its own."""
        return 0

    def try_on(self, rows: Sequence[Sequence[int]], drafts: Sequence[Sequence[int]]) -> Tried:
        raise AssertionError("Nothing is tried.")

    def settle(self, stood: Sequence[int]) -> None:
        raise AssertionError("Nothing was tried.")

    def keep(self, rows: Sequence[int]) -> None:
        self._rows = [self._rows[place] for place in rows]
        self._logits = [self._logits[place] for place in rows]

    def enter(self, rows: int) -> None:
        self._rows += [[] for _ in range(rows)]
        self._logits += [None] * rows

    def _last_logits(self, suffix: list[int]) -> torch.Tensor:
        with torch.inference_mode():
            ids = torch.tensor([self._prefix.token_ids + suffix])  # [1, tokens]
            return self._prefix.model(input_ids=ids).logits[0, -1].float()
