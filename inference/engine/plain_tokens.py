"""Text to token ids that are words and nothing else: whatever stands in a text, no token of control comes out.

Knows a tokenizer, not templates or case files. Works on a copy of the tokenizer that was never told of control
tokens; words that read like one ("<|im_end|>", "[/INST]") are spelled letter by letter.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from .tokenizer_json import described_plainly, ids_by_token, unknown_id, without_controls

OPEN, CLOSE = "\u27e6", "\u27e7"  # the marks: ⟦ ⟧; no text of others keeps them

_INSTEAD = str.maketrans({OPEN: "[", CLOSE: "]"})  # one code point for one, so that offsets stay
_MARK = re.compile(f"([{OPEN}{CLOSE}])")
_AT_ONCE = 2_048  # texts given to the tokenizer together: bounds memory whatever the length of a case file


class UnfitTokenizer(ValueError):
    """The model's tokenizer cannot tell words from control tokens; the message is for an administrator."""


class BrokenText(ValueError):
    """A text holds half of a character, as only a damaged file does."""

    def __init__(self) -> None:
        super().__init__("A text holds half of a character and cannot be read; its file is damaged.")


class ModelTokenizer(Protocol):
    """What is used of a tokenizer of transformers."""

    bos_token_id: int | None
    chat_template: Any

    @property
    def backend_tokenizer(self) -> Any: ...

    def get_chat_template(self) -> str: ...

    def apply_chat_template(self, conversation: Any, **options: Any) -> Any: ...

    def encode(self, text: str, **options: Any) -> Any: ...


def shown(text: str) -> str:
    """A text as the model is shown it: as long, and without marks."""
    return text.translate(_INSTEAD)


class PlainTokens:
    """Encodes text with the vocabulary of a model; `controls` are further words to be spelled letter by letter.

    A text is always cut before and after a mark, so what stands between marks is encoded the same anywhere.
    """

    def __init__(self, tokenizer: ModelTokenizer, controls: Iterable[str] = ()) -> None:
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise UnfitTokenizer(
                "The model's folder has no tokenizer.json; a tokenizer of that form is needed."
            )
        self.described = described_plainly(backend)
        told = [token for token in self.described["added_tokens"] if token["special"]]
        known = ids_by_token(self.described["model"]["vocab"])
        self.ids = frozenset(known.values()) | {int(token["id"]) for token in self.described["added_tokens"]}
        unknown = unknown_id(self.described["model"], known)
        self.control_ids = frozenset(int(token["id"]) for token in told) - {unknown}
        self._spelled = _any_of({*(token["content"] for token in told), *controls})
        self._tokenizer = without_controls(self.described)
        self._marks = {mark: self._piece(mark) for mark in (OPEN, CLOSE)}
        if any(unknown in ids for ids in self._marks.values()):
            raise UnfitTokenizer(
                "The model's tokenizer cannot write the marks that stand around what is quoted."
            )

    def encode(self, text: str) -> list[int]:
        """The ids of our own words, marks included."""
        ids: list[int] = []
        for piece in filter(None, _MARK.split(text)):
            ids += self._marks[piece] if piece in self._marks else self._piece(piece)
        return ids

    def encode_texts(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of texts of others, each by itself, as they are shown; raises BrokenText."""
        if any(map(_is_broken, texts)):
            raise BrokenText
        found: list[list[int]] = []
        for first in range(0, len(texts), _AT_ONCE):
            some = [shown(text) for text in texts[first : first + _AT_ONCE]]
            batch = self._tokenizer.encode_batch_fast(some, add_special_tokens=False)
            for text, encoding in zip(some, batch, strict=True):
                reads_as_control = self._spelled is not None and self._spelled.search(text)
                found.append(self._piece(text) if reads_as_control else self._checked(text, encoding.ids))
        return found

    def _piece(self, text: str) -> list[int]:
        ids: list[int] = []
        parts = self._spelled.split(text) if self._spelled else [text]
        for number, part in enumerate(parts):  # every second one reads like a token of control
            ids += self._letters(part) if number % 2 else self._checked(part, self._ids(part))
        return ids

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids) if text else []

    def _checked(self, text: str, ids: list[int]) -> list[int]:
        return ids if self.control_ids.isdisjoint(ids) else self._letters(text)

    def _letters(self, text: str) -> list[int]:
        ids = [id for letter in text for id in self._ids(letter)]
        if not self.control_ids.isdisjoint(ids):
            raise UnfitTokenizer("The model's tokenizer turns single letters into control tokens.")
        return ids


def _is_broken(text: str) -> bool:
    """Whether it cannot be written as bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted({word for word in words if len(word) > 1}, key=lambda word: (-len(word), word))
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")") if longest_first else None
