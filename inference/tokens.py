"""Text to word pieces and back to characters; every piece keeps the place it came from.

Knows vocabularies, not models. BERT's uncased word pieces (Schuster and Nakajima, 2012; Devlin et al., 2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

Indices = npt.NDArray[np.int64]

_AT_ONCE = (
    2048  # pieces of text given to the tokenizer together: bounds memory whatever the length of a document
)


@dataclass(frozen=True)
class Pieces:
    """The word pieces of a text, [pieces] each: ids, first and end code point, and the span they were cut from."""

    ids: Indices
    starts: Indices
    ends: Indices
    owners: Indices

    def __len__(self) -> int:
        return len(self.ids)


class WordPieces:
    """A vocabulary that cuts text; `begin` and `end` are the ids that frame a window, `blank` fills one up."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        ids = {piece: number for number, piece in enumerate(vocabulary)}
        missing = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"} - ids.keys()
        if missing:
            raise ValueError(f"The vocabulary lacks {', '.join(sorted(missing))}.")
        self.blank, self.begin, self.end = ids["[PAD]"], ids["[CLS]"], ids["[SEP]"]
        self.hidden = ids["[MASK]"]
        self._tokenizer = Tokenizer(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
        self._tokenizer.normalizer = BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = BertPreTokenizer()

    def cut(self, text: str, spans: Sequence[tuple[int, int]]) -> Pieces:
        """The pieces of each span of a text in order; no piece reaches over the end of its span."""
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        owners: list[int] = []
        for first in range(0, len(spans), _AT_ONCE):
            some = spans[first : first + _AT_ONCE]
            found = self._tokenizer.encode_batch([text[a:b] for a, b in some], add_special_tokens=False)
            for number, ((begin, _), encoding) in enumerate(zip(some, found, strict=True), start=first):
                ids += encoding.ids
                starts += [begin + start for start, _ in encoding.offsets]
                ends += [begin + end for _, end in encoding.offsets]
                owners += [number] * len(encoding.ids)
        return Pieces(*(np.asarray(column, np.int64) for column in (ids, starts, ends, owners)))
