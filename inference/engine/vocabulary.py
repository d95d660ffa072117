"""The pens of one model: what the steps of a script are in its tokens. Knows token ids and grammars, not tensors."""

from collections.abc import Callable, Sequence

from .pens import ChoosePen, Pen, SayPen
from .plain_tokens import CLOSE, OPEN
from .quotes import OpenQuote
from .script import Choose, Quote, Say, Step, Words
from .text_pens import QuotePen, WordsPen
from .token_table import TokenTable

FREE_WORDS = rf"[^{OPEN}{CLOSE}\n\r]*{CLOSE}"


class Vocabulary:
    """Made once a model; `ends` are the tokens by which it ends its speech."""

    def __init__(self, table: TokenTable, ends: Sequence[int]) -> None:
        from llguidance import LLMatcher

        self.table = table
        self._ends = tuple(end for end in ends if 0 <= end < table.size)
        self._words = LLMatcher(table.tokenizer, LLMatcher.grammar_from_regex(FREE_WORDS), log_level=0)
        self._known: dict[str, list[int]] = {}

    def pens(self, quoting: Callable[[], OpenQuote]) -> Callable[[Step], Pen]:
        """Makes the pen of any step; `quoting` begins a quote of the case file."""

        def pen(step: Step) -> Pen:
            match step:
                case Say(text):
                    return SayPen(text, self._encoded(text))
                case Choose(options):
                    return ChoosePen(options, [self._encoded(f"{each}{CLOSE}") for each in options])
                case Words(most):
                    return WordsPen(self._words.deep_copy(), self.table, most, self._ends)
                case Quote():
                    return QuotePen(quoting())

        return pen

    def _encoded(self, text: str) -> list[int]:
        """Our own words come again and again: each is encoded once."""
        if text not in self._known:
            self._known[text] = self.table.plain.encode(text)
        return self._known[text]
