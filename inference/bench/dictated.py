"""A prefix that is told what to say. Knows tokens and logits, not text.

Random weights quote nothing that anybody would: so a pass is theirs, with all that it costs, and what they choose is
dictated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor

from inference.engine.decode import Forks, Prefix
from inference.engine.tried import Tried

_LOUD = 1e4  # above any logit


class Dictated:
    """A prefix whose rows write what stands after their question in one of `texts`, by the question's tokens."""

    def __init__(self, prefix: Prefix, texts: Mapping[tuple[int, ...], Sequence[int]]) -> None:
        self._prefix, self.texts = prefix, texts

    def fork(self, rows: int) -> "DictatedForks":
        """The rows know what to say as soon as they were asked."""
        return DictatedForks(self, self._prefix.fork(rows), rows)


class DictatedForks:
    """Forks whose logits are loudest at the next dictated token; their first tokens are their question."""

    def __init__(self, prefix: Dictated, forks: Forks, rows: int) -> None:
        self._texts, self._forks = prefix.texts, forks
        self._left: list[Sequence[int] | None] = [None] * rows
        self._tried: Sequence[Sequence[int]] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._forks, name)

    def feed(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """As the forks do."""
        logits = self._forks.feed(rows).clone()
        for row, tokens in enumerate(rows):
            self._say(logits[row], self._after(row, tokens))
        return logits

    def try_on(self, rows: Sequence[Sequence[int]], drafts: Sequence[Sequence[int]]) -> Tried:
        """As the forks do; nothing is dictated behind a token that was not."""
        tried = self._forks.try_on(rows, drafts)
        logits = tried.logits.clone()
        for row, (tokens, draft) in enumerate(zip(rows, drafts, strict=True)):
            left, place = self._after(row, tokens), tried.first[row]
            self._say(logits[place], left)
            for token, said in zip(draft, left, strict=False):
                if token != said:
                    break
                left, place = left[1:], place + 1
                self._say(logits[place], left)
        self._tried = drafts
        return replace(tried, logits=logits)

    def settle(self, stood: Sequence[int]) -> None:
        """As the forks do."""
        self._forks.settle(stood)
        for row, (draft, kept) in enumerate(zip(self._tried, stood, strict=True)):
            self._after(row, draft[:kept])

    def keep(self, rows: Sequence[int]) -> None:
        """As the forks do."""
        self._forks.keep(rows)
        self._left = [self._left[row] for row in rows]

    def enter(self, rows: int) -> None:
        """As the forks do."""
        self._forks.enter(rows)
        self._left += [None] * rows

    def _after(self, row: int, tokens: Sequence[int]) -> Sequence[int]:
        """What is left to say once a row was given these."""
        left = self._left[row]
        left = self._texts[tuple(tokens)] if left is None else left[len(tokens) :]
        self._left[row] = left
        return left

    def _say(self, logits: Tensor, left: Sequence[int]) -> None:
        if left:
            logits[left[0]] += _LOUD
