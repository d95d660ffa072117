"""What is kept of one document: its passages by their offsets, and what finds each again. Knows arrays, not questions.

As secret as the document: words of it can be guessed from their numbers, and the terms it defines stand in it.
"""

import json
from dataclasses import dataclass, fields
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.families.describe import Description, as_plain, from_plain

from .definitions import Defined
from .telling import Floats, Numbers, Telling, WordIndex

_ARRAYS = ("starts", "ends", "headings", "encoded", "scales", "chances", "names")
NO_HEADING = -1


class BadMemory(ValueError):
    """Bytes are no document's memory."""


@dataclass(frozen=True)
class DocumentMemory:
    """One document in passages; offsets are code points of its text, and what lies between two passages is white space.

    `headings` [passages] is the number of the passage that heads each, its own where it is a heading, NO_HEADING where
    none is near. `encoded` [passages, width] int8 times `scales` [passages] are the encoder's vectors of length one;
    without an encoder the width is 0. `chances` [passages, clause types] are the compact reader's, [0, 0] where it was
    not asked for scores, or reads the text otherwise. `names` are the words of its titles and parties, in order.
    """

    sha256: str  # of the text, UTF-8
    made_by: str
    characters: int
    is_readable: bool
    is_scored: bool  # whether the compact reader was asked for scores
    starts: Numbers
    ends: Numbers
    headings: npt.NDArray[np.int32]
    words: WordIndex
    encoded: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float16]
    chances: npt.NDArray[np.float16]
    names: Numbers
    defined: Defined
    description: Description

    @property
    def passages(self) -> int:
        """How many there are."""
        return len(self.starts)

    @property
    def is_heading(self) -> npt.NDArray[np.bool_]:
        """Which of them head others and answer nothing, [passages]."""
        own: npt.NDArray[np.bool_] = self.headings == np.arange(self.passages)
        return own

    @property
    def size(self) -> int:
        """How many bytes its arrays take."""
        words = (self.words.numbers, self.words.passages, self.words.weights)
        return sum(array.nbytes for array in (*(getattr(self, name) for name in _ARRAYS), *words))

    def cosines(self, words: Telling, vector: Floats) -> Floats:
        """How like each passage is to a text, [passages]: its words and the encoder's vector, half each."""
        own = self.words.cosines(words, self.passages)
        if not self.encoded.shape[1] or not len(vector):
            return own
        near: Floats = (self.encoded.astype(np.float32) @ vector) * self.scales.astype(np.float32)
        return (own + near) / np.float32(2)

    def shares(self, words: Telling) -> Floats:
        """How much of a text's words stand in each passage, or else name its document, [passages], 0 to 1.

        A question may name a title or a party that the passages themselves do not.
        """
        inside = np.isin(words.numbers, self.names)
        named = Telling(words.numbers[inside], words.weights[inside])
        whole = np.float32(np.square(named.weights).sum())
        found: Floats = (
            self.words.shares(words, self.passages) + whole - self.words.shares(named, self.passages)
        )
        return found

    def to_bytes(self) -> bytes:
        """All of it, without pickles."""
        about = {
            "sha256": self.sha256,
            "made_by": self.made_by,
            "characters": self.characters,
            "is_readable": self.is_readable,
            "is_scored": self.is_scored,
            "defined": self.defined,
            "description": as_plain(self.description),
        }
        kept: dict[str, Any] = {name: getattr(self, name) for name in _ARRAYS}
        kept |= {f"words.{field.name}": getattr(self.words, field.name) for field in fields(WordIndex)}
        kept["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
        written = BytesIO()
        np.savez(written, allow_pickle=False, **kept)
        return written.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "DocumentMemory":
        """What `to_bytes` wrote; raises BadMemory for anything else."""
        try:
            with np.load(BytesIO(kept), allow_pickle=False) as arrays:
                about = json.loads(arrays["about"].tobytes())
                words = WordIndex(*(arrays[f"words.{field.name}"] for field in fields(WordIndex)))
                return cls(
                    **{name: arrays[name] for name in _ARRAYS},
                    words=words,
                    sha256=about["sha256"],
                    made_by=about["made_by"],
                    characters=about["characters"],
                    is_readable=about["is_readable"],
                    is_scored=about["is_scored"],
                    defined=tuple((term, passage) for term, passage in about["defined"]),
                    description=from_plain(about["description"]),
                )
        except Exception:  # zip, NumPy and JSON each raise their own for bytes that are not theirs
            raise BadMemory("This is no memory of a document.") from None
