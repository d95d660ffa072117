"""The documents of a case file as the model was shown them: their tokens, and the bytes that those spell."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from .prompt import CasePrompt
from .token_table import TokenTable

_BETWEEN = b"\xff"  # no text holds this byte: nothing runs from one document into the next
_NO_TOKEN = -1
Numbers = npt.NDArray[np.int64]
_SENTENCE_END = re.compile(rb"[.;!?](?=\s)|\n\s*\n")


class AsRead:
    """Finds words that a document holds, and the tokens that the model read behind them; made once a reading."""

    def __init__(self, documents: Iterable[Sequence[int]], table: TokenTable) -> None:
        tokens: list[int] = []
        spelled = bytearray()
        for document in documents:
            tokens += [*document, _NO_TOKEN]
            spelled += table.bytes_of(document) + _BETWEEN
        self.spelled = table.bytes_of
        self._tokens, self._bytes = np.asarray(tokens, np.int64), bytes(spelled)
        self._starts = np.concatenate(([0], np.cumsum(_lengths(self._tokens, table))))

    @classmethod
    def of(cls, prompt: CasePrompt, table: TokenTable) -> "AsRead":
        """The tokens of each document's passages, without the marks between them."""
        documents: list[list[int]] = [[] for _ in prompt.case_file.documents]
        for passage, (first, end) in zip(prompt.passages, prompt.spans, strict=True):
            documents[passage.document] += prompt.token_ids[first:end]
        return cls(documents, table)

    def place(self, words: bytes, start: int) -> int:
        """The first byte at or after `start` where these words stand, -1 where they do not."""
        return self._bytes.find(words, start)

    def tokens_from(self, at: int, most: int) -> list[int]:
        """The next tokens of a document, up to the end of a sentence; none where no token begins at this byte."""
        first = int(np.searchsorted(self._starts, at))
        if self._starts[first] != at:
            return []
        last = min(first + most, len(self._tokens))
        end = _SENTENCE_END.search(self._bytes, at, int(self._starts[last]))
        if end:
            last = int(np.searchsorted(self._starts, end.end()))
        found: list[int] = self._tokens[first:last].tolist()
        return found[: found.index(_NO_TOKEN)] if _NO_TOKEN in found else found


def _lengths(tokens: Numbers, table: TokenTable) -> Numbers:
    """How many bytes each token spells."""
    known, which = np.unique(tokens, return_inverse=True)
    own = [len(_BETWEEN) if id == _NO_TOKEN else len(table.bytes_of((id,))) for id in known.tolist()]
    return np.asarray(own, np.int64)[which]
