"""Pens for text: free words up to their end mark, and quotes of the case file. Knows token ids, not tensors."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .pens import Bits, Chances, set_bit
from .plain_tokens import CLOSE
from .quotes import CannotQuote, OpenQuote
from .script import ConstraintFailed, Written
from .token_table import TokenTable

if TYPE_CHECKING:
    from llguidance import LLMatcher


class WordsPen:
    """Free words without marks, in one paragraph, closed after `most` tokens; a letter that this cuts is left out.

    `ends` are the tokens by which the model ends its speech: choosing one closes the words.
    """

    watched: Sequence[int] = ()

    def __init__(self, matcher: "LLMatcher", table: TokenTable, most: int, ends: Sequence[int]) -> None:
        self._matcher, self._table, self._most, self._ends = matcher, table, most, ends
        self._tokens: list[int] = []
        self._chances = Chances()
        self.over = False

    def begin(self) -> list[int]:
        return []

    def allow(self, bits: Bits) -> None:
        known = np.frombuffer(self._matcher.compute_bitmask(), np.int32)
        bits[: len(known)] = known
        for end in self._ends:
            set_bit(bits, end)

    def write(self, token: int, chance: float, watched: Sequence[float]) -> list[int]:
        self._chances.add(chance)
        if token in self._ends:
            return self._close()
        self._matcher.consume_token(token)
        if self._matcher.is_error():
            raise ConstraintFailed("Free words came to the limits of their grammar.")
        self._tokens.append(token)
        self.over = self._matcher.is_stopped()
        return [token, *self._close()] if not self.over and len(self._tokens) >= self._most else [token]

    def draft(self, most: int) -> list[int]:
        return []

    def written(self) -> Written:
        words = self._table.bytes_of(self._tokens).decode(errors="ignore")
        return Written(words.removesuffix(CLOSE).strip(), self._chances.mean)

    def _close(self) -> list[int]:
        self.over = True
        return self._table.plain.encode(CLOSE)


class QuotePen:
    """A contiguous range of one document, as far as the model goes on with it."""

    watched: Sequence[int] = ()

    def __init__(self, quote: OpenQuote) -> None:
        self._quote = quote
        self._chances = Chances()

    @property
    def over(self) -> bool:
        return self._quote.closed

    def begin(self) -> list[int]:
        return self._forced()

    def allow(self, bits: Bits) -> None:
        try:
            self._quote.fill(bits[None], 0)  # [1, tokens / 32]
        except CannotQuote as error:
            raise ConstraintFailed(str(error)) from None

    def write(self, token: int, chance: float, watched: Sequence[float]) -> list[int]:
        self._chances.add(chance)
        return [*self._take([token]), *self._forced()]

    def draft(self, most: int) -> list[int]:
        return self._quote.drafted(most)

    def written(self) -> Written:
        return Written(self._quote.text, self._chances.mean)

    def _forced(self) -> list[int]:
        forced: list[int] = []
        while due := self._quote.forced():
            forced += self._take(due)
        return forced

    def _take(self, tokens: list[int]) -> list[int]:
        try:
            for token in tokens:
                self._quote.consume(token)
        except CannotQuote as error:
            raise ConstraintFailed(str(error)) from None
        return tokens
