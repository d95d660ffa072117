"""What an encoder says of a document's passages: their vectors and, where wanted, scores; piece by piece.

Both take about as long, and all else about a document next to nothing. Knows passages, not where they are kept.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from inference.compact.candidates import ReadText, chance
from inference.compact.segments import Segment
from inference.compact.similar import encoded_vectors
from inference.types import SourceText

from .pieces import Arrays, Going

Scored = Callable[[SourceText], ReadText | None]
Vectors = tuple[npt.NDArray[np.int8], npt.NDArray[np.float16]]

TOGETHER = 128  # passages that are put into vectors before anybody may call it off
A_PIECE = 1_024  # passages in vectors, of one piece: some 180,000 code points
AS_ONE = 2_048  # passages scored as one text: what scores know of the length of a text ends there
_MOST_INT8 = 127


@dataclass(frozen=True)
class Encoding:
    """The passages of one document, `cut` from its text; `made_by` names what makes pieces of them."""

    source: SourceText
    cut: Sequence[Segment]
    made_by: str
    is_scored: bool
    going: Going

    def vectors(self, compared: Sequence[str]) -> Vectors:
        """In int8, [passages, width], and the scale of each; width 0 without an encoder. Raises Forgotten."""
        pieces = [
            self._piece("vectors", first, last, partial(self._vectors, compared, first, last))
            for first, last in _ranges(len(compared), A_PIECE)
        ]
        if not pieces:
            return np.zeros((0, 0), np.int8), np.zeros(0, np.float16)
        encoded, scales = (np.concatenate([each[name] for each in pieces]) for name in ("encoded", "scales"))
        return encoded, scales

    def chances(self, scored: Scored) -> npt.NDArray[np.float16]:
        """The compact reader's, [passages, clause types]; [0, 0] unless it cut all of the text alike.

        It reads a text with orders to machines otherwise. Raises Forgotten.
        """
        pieces = [
            self._piece("chances", first, last, partial(self._chances, scored, first, last))["chances"]
            for first, last in _ranges(len(self.cut), AS_ONE)
        ]
        is_alike = bool(pieces) and all(len(each) for each in pieces)
        return np.concatenate(pieces) if is_alike else np.zeros((0, 0), np.float16)

    def _piece(self, name: str, first: int, last: int, make: Callable[[], Arrays]) -> Arrays:
        named = f"{self.made_by} {name} {first} {last}"
        begin, end = self._bounds(first, last)
        found = self.going.made(named, end - begin, make, is_all=len(self.cut) <= A_PIECE)
        self._tell(name, last)
        return found

    def _vectors(self, compared: Sequence[str], first: int, last: int) -> Arrays:
        blocks: list[npt.NDArray[np.int8]] = []
        scales: list[npt.NDArray[np.float16]] = []
        for at in range(first, last, TOGETHER):
            self.going.go_on()
            end = min(at + TOGETHER, last)
            made = encoded_vectors(compared[at:end])
            if made is None:
                return {
                    "encoded": np.zeros((last - first, 0), np.int8),
                    "scales": np.zeros(last - first, np.float16),
                }
            block, scale = _as_int8(made.astype(np.float32))
            blocks.append(block)
            scales.append(scale)
            self._tell("vectors", end)
        return {"encoded": np.concatenate(blocks), "scales": np.concatenate(scales)}

    def _chances(self, scored: Scored, first: int, last: int) -> Arrays:
        self.going.go_on()
        begin, end = self._bounds(first, last)
        read = scored(replace(self.source, content=self.source.content[begin:end]))
        cut = [(each.start - begin, each.end - begin) for each in self.cut[first:last]]
        self._tell("chances", last)
        if read is None or [(each.start, each.end) for each in read.segments] != cut:
            return {"chances": np.zeros((0, 0), np.float16)}
        return {"chances": chance(read.odds).astype(np.float16)}

    def _bounds(self, first: int, last: int) -> tuple[int, int]:
        """Where these passages begin and end, with what white space follows them; nothing lies between two pieces."""
        begin = self.cut[first].start if first else 0
        return begin, self.cut[last].start if last < len(self.cut) else len(self.source.content)

    def _tell(self, name: str, last: int) -> None:
        """How far the document is, of which each of the two takes half where there are both."""
        _, end = self._bounds(0, last)
        if self.is_scored:
            end = (end + (len(self.source.content) if name == "chances" else 0)) // 2
        self.going.done(end)


def _as_int8(vectors: npt.NDArray[np.float32]) -> Vectors:
    scale = (np.abs(vectors).max(axis=1) / _MOST_INT8).astype(np.float16)
    steps = np.rint(vectors / np.maximum(scale, 1e-7)[:, None].astype(np.float32))
    return steps.astype(np.int8), scale


def _ranges(passages: int, most: int) -> Iterator[tuple[int, int]]:
    for first in range(0, passages, most):
        yield first, min(first + most, passages)
