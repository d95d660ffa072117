"""Quotes that are contiguous ranges of a case file by construction. Knows bytes and offsets, not questions or tensors.

All documents together make one automaton of substrings (llguidance), with an open mark between them, which no text
keeps and no quote may hold: so no quote runs across documents. It is built once a case file; what a row of a batch
has quoted so far is a copy that shares it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from llguidance import LLMatcher, LLParserLimits
from llguidance.numpy import fill_next_token_bitmask

from inference.types import CaseFile, Evidence

from .as_read import AsRead
from .drafts import Drafts
from .plain_tokens import CLOSE, OPEN, shown
from .token_table import TokenTable

Bits = npt.NDArray[np.int32]

LONGEST = 2_000  # code points of a quote: more is no quote

_FIRST = rf"[^\s\x1c-\x1f{OPEN}]"  # neither empty nor white space alone: a quote begins with something to see
_GRAMMAR = 'start: QUOTE "{close}"\nQUOTE: TEXTS & /{first}[^{open}]*/\nTEXTS: %regex {texts}\n'
_NO_LIMIT = 2**40
_LIMITS = LLParserLimits(
    initial_lexer_fuel=_NO_LIMIT,  # the library's own limit ends at about 100,000 characters
    step_lexer_fuel=_NO_LIMIT,
    step_max_items=_NO_LIMIT,
    max_lexer_states=_NO_LIMIT,
    max_grammar_size=_NO_LIMIT,
    precompute_large_lexemes=False,
    verbose_errors=False,  # its errors would print the case file
)


class CannotQuote(Exception):
    """No quote can be made, or this one cannot go on; the message holds no word of a document."""


@dataclass(frozen=True)
class Place:
    """Where a quote stands: code points of one document of a case file."""

    document: int  # its place in the case file
    document_id: str
    start: int
    end: int


class QuoteSource:
    """What can be quoted of a case file; raises CannotQuote where its texts are nothing but white space.

    `as_read` is what drafts of quotes are made of; without it there are none.
    """

    def __init__(
        self, case_file: CaseFile, table: TokenTable, longest: int = LONGEST, as_read: AsRead | None = None
    ) -> None:
        self.table, self.longest, self.as_read = table, longest, as_read
        self.case_file = case_file
        self._texts = [shown(document.content) for document in case_file.documents]
        if not any(text.strip() for text in self._texts):
            raise CannotQuote("There is nothing to quote in this case file.")
        self._matcher = LLMatcher(table.tokenizer, _grammar(self._texts), log_level=0, limits=_LIMITS)
        _check(self._matcher)
        self.closing = tuple(table.plain.encode(CLOSE))
        self._first = _bits(table.size)
        fill_next_token_bitmask(self._matcher, self._first)  # every quote begins alike: worked out once
        _check(self._matcher)

    def begin(self) -> "OpenQuote":
        """A quote with nothing in it yet."""
        return OpenQuote(self, self._matcher.deep_copy(), self._first)

    def places(self, quote: str) -> Iterator[Place]:
        """Every place at which the words of a quote stand, in reading order; found one by one as they are asked for."""
        for number, (document, text) in enumerate(zip(self.case_file.documents, self._texts, strict=True)):
            start = text.find(quote) if quote else -1
            while start >= 0:
                yield Place(number, document.id, start, start + len(quote))
                start = text.find(quote, start + 1)

    def evidence(self, place: Place, score: float) -> Evidence:
        """The original words at a place, cut by offsets."""
        content = self.case_file.documents[place.document].content
        return Evidence(place.document_id, place.start, place.end, content[place.start : place.end], score)


class OpenQuote:
    """One quote as it is written, token by token, up to and with its end mark."""

    def __init__(self, source: QuoteSource, matcher: LLMatcher, first: Bits) -> None:
        self._source, self._matcher, self._first = source, matcher, first
        self._spelled = bytearray()
        self._due: tuple[int, ...] = ()  # what is left of the end mark once the quote is as long as may be
        self._drafts = Drafts(source.as_read) if source.as_read else None

    @property
    def closed(self) -> bool:
        """Whether the end mark has been written."""
        return self._matcher.is_stopped()

    @property
    def text(self) -> str:
        """The quote, without the white space after its last word; raises CannotQuote until it is closed.

        The token that made it longest may have gone a few letters too far: those are left out.
        """
        if not self.closed:
            raise CannotQuote("This quote has no end yet.")
        return self._spelled.decode().removesuffix(CLOSE)[: self._source.longest].rstrip()

    def fill(self, bits: Bits, row: int) -> None:
        """Write which tokens may come next into a row of bits: [rows, tokens / 32]."""
        if due := self._forced_end():
            bits[row] = 0
            bits[row, due[0] // 32] = np.array(1 << (due[0] % 32), np.uint32).view(np.int32)
        elif not self._spelled:
            bits[row] = self._first[0]
        else:
            fill_next_token_bitmask(self._matcher, bits, row)
            _check(self._matcher)

    def consume(self, token: int) -> None:
        """Take the next token; raises CannotQuote where it may not come next."""
        if self._due and token != self._due[0]:
            raise CannotQuote("This quote is as long as a quote may be.")
        if self.closed or not self._matcher.consume_token(token):
            raise CannotQuote("A token does not go on with this quote.")
        self._due = self._due[1:]
        self._spelled += self._source.table.bytes_of((token,))

    def forced(self) -> list[int]:
        """The tokens that must come next whatever the model says; they are still to be consumed."""
        if self.closed:
            return []
        return list(self._forced_end()) or list(self._matcher.compute_ff_tokens())

    def drafted(self, most: int) -> list[int]:
        """At most so many tokens that will probably come next; nothing is consumed, and none need be allowed."""
        return self._drafts.next(bytes(self._spelled), most) if self._drafts and self._spelled else []

    def _forced_end(self) -> tuple[int, ...]:
        closing = self._source.closing
        if not self._due and self._length() >= self._source.longest:
            whole = self._matcher.validate_tokens(list(closing)) == len(closing)  # no letter is cut in two
            self._due = closing if whole else ()
        return self._due

    def _length(self) -> int:
        if len(self._spelled) < self._source.longest:
            return len(self._spelled)
        return sum(byte & 0xC0 != 0x80 for byte in self._spelled)


def masks(quotes: Sequence[OpenQuote]) -> Bits:
    """Which tokens may come next in each quote: [rows, tokens / 32], a bit each, lowest first."""
    size = quotes[0]._source.table.size if quotes else 0
    bits = _bits(size, len(quotes))
    for row, quote in enumerate(quotes):
        quote.fill(bits, row)
    return bits


def allowed(bits: Bits, size: int) -> npt.NDArray[np.bool_]:
    """The same as one truth value a token: [rows, tokens]."""
    unpacked = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")
    return unpacked[:, :size].astype(np.bool_)


def _bits(size: int, rows: int = 1) -> Bits:
    return np.zeros((rows, (size + 1 + 31) // 32), np.int32)


def _grammar(texts: Sequence[str]) -> str:
    return _GRAMMAR.format(
        close=CLOSE, open=OPEN, first=_FIRST, texts=json.dumps({"substring_chars": OPEN.join(texts)})
    )


def _check(matcher: LLMatcher) -> None:
    if matcher.is_error():
        raise CannotQuote("What can be quoted of this case file could not be worked out.")
