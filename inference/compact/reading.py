"""One text as it was read: cut at once, scored when a clause type is first asked, put into vectors for own questions.

A firm's own question needs no scores, and a clause type no vectors, so that neither pays for the other. The encoder's
vectors can be kept by the caller and given back, and then a question costs its own work alone.
"""

import time
from collections.abc import Callable
from functools import cached_property

from .candidates import ReadText, count_tokens
from .segments import Segment, split
from .similar import Passages, passages_of


class TextReading:
    """A text in segments; `seconds` is what has been spent on it so far."""

    def __init__(self, text: str, score: Callable[[str], ReadText], kept: bytes | None) -> None:
        begun = time.perf_counter()
        self.text = text
        self.segments: tuple[Segment, ...] = tuple(split(text))
        self.tokens = count_tokens(text, self.segments)
        self.seconds = time.perf_counter() - begun
        self._score = score
        self._kept = kept

    @cached_property
    def scored(self) -> ReadText:
        """What the models say of it."""
        begun = time.perf_counter()
        scored = self._score(self.text)
        self.seconds += time.perf_counter() - begun
        return scored

    @cached_property
    def passages(self) -> Passages:
        """Its segments as they are compared with a firm's own questions."""
        begun = time.perf_counter()
        passages = passages_of(self, self._kept)
        self.seconds += time.perf_counter() - begun
        return passages

    @property
    def to_keep(self) -> bytes | None:
        """The encoder's vectors of its segments, float16 [segments, width], if they were made here and now."""
        made = self.__dict__.get("passages")  # asked without making them
        return made.to_keep if isinstance(made, Passages) else None
