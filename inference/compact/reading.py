"""One text as it was read: cut at once, scored when a clause type is first asked, put into vectors for own questions.

Passages that address a machine are read apart: the rest of a text is read as if they were not there, and what stands in
them is taken from a second reading, of the whole. A text without any, as nearly all are, is read once.

A firm's own question needs no scores, and a clause type no vectors, so that neither pays for the other. The encoder's
vectors can be kept by the caller and given back, and then a question costs its own work alone.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from inference.orders import Order, orders_in

from .apart import Rest, within, without
from .candidates import Candidate, ReadText, count_tokens
from .segments import Segment, split
from .similar import Passages, passages_of

_COUNT = 8  # bytes that say how long what was kept of the rest is


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


@dataclass(frozen=True)
class DocumentReading:
    """A document as it is read: the rest of it without its `orders`, and the whole only where it has some."""

    rest: TextReading
    orders: tuple[Order, ...] = ()
    place: Rest | None = None
    whole: TextReading | None = None

    @property
    def seconds(self) -> float:
        """What has been spent on it so far."""
        return sum(each.seconds for each in self._readings)

    @property
    def tokens(self) -> int:
        """Its words and marks, each once."""
        return (self.whole or self.rest).tokens

    @property
    def to_keep(self) -> bytes | None:
        """What its readings give to keep; None unless each made something."""
        made = [each.to_keep for each in self._readings]
        if any(each is None for each in made):
            return None
        rest, *whole = (each for each in made if each is not None)
        return b"".join((len(rest).to_bytes(_COUNT, "little"), rest, *whole)) if whole else rest

    def in_document(self, found: Candidate) -> Candidate:
        """What was found in the rest, at its place in the document."""
        if self.place is None:
            return found
        start, end = self.place.in_whole(found.start, found.end)
        return replace(found, start=start, end=end)

    def in_orders(self, found: Iterable[Candidate]) -> Iterator[Candidate]:
        """What of the whole's candidates stands in passages that address a machine, and nowhere else."""
        if self.whole is not None:
            for each in found:
                for start, end in within(each.start, each.end, self.orders, self.whole.text):
                    yield replace(each, start=start, end=end)

    @property
    def _readings(self) -> tuple[TextReading, ...]:
        return (self.rest, self.whole) if self.whole else (self.rest,)


def begin_reading(text: str, score: Callable[[str], ReadText], kept: bytes | None = None) -> DocumentReading:
    """Cut a document; `kept` is what an earlier reading of it gave to keep."""
    orders = tuple(orders_in(text))
    if not orders:
        return DocumentReading(TextReading(text, score, kept))
    place = without(text, orders)
    kept_rest, kept_whole = _parted(kept) if kept else (None, None)
    rest, whole = TextReading(place.text, score, kept_rest), TextReading(text, score, kept_whole)
    return DocumentReading(rest, orders, place, whole)


def _parted(kept: bytes) -> tuple[bytes, bytes]:
    end = _COUNT + int.from_bytes(kept[:_COUNT], "little")
    return kept[_COUNT:end], kept[end:]
