"""What a long document costs, in pieces that are each made once. Knows names and arrays, not documents.

A piece lies somewhere until all of its document is remembered, so that whoever stops between two, or is killed, has
lost no more than the one in hand.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[Any]]


class Forgotten(Exception):
    """Somebody called it off; what was finished stays."""

    def __init__(self, why: str = "Looking through the documents was called off.") -> None:
        super().__init__(why)


class MadeRoom(Forgotten):
    """It stopped between two pieces, so that others have their turn; nothing is lost."""

    def __init__(self) -> None:
        super().__init__("Looking through the documents makes room for others.")


class Pieces(Protocol):
    """Where the pieces of documents lie, by the document and a name."""

    def piece(self, document_id: str, name: str) -> bytes | None: ...

    def keep_piece(self, document_id: str, name: str, made: bytes) -> None: ...

    def drop_pieces(self, document_id: str) -> None: ...


class InMind:
    """Pieces that lie nowhere but here."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], bytes] = {}

    def piece(self, document_id: str, name: str) -> bytes | None:
        """What was kept under a name, or None."""
        return self._held.get((document_id, name))

    def keep_piece(self, document_id: str, name: str, made: bytes) -> None:
        """Hold one until its document's are dropped."""
        self._held[document_id, name] = made

    def drop_pieces(self, document_id: str) -> None:
        """Let go of all of a document's."""
        self._held = {own: made for own, made in self._held.items() if own[0] != document_id}


@dataclass
class Work:
    """What was made and not found: code points, counted once for each time an encoder went over them, and seconds."""

    characters: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Going:
    """How one document is gone through: who hears how far, who stops it, where its pieces lie, what it took."""

    document_id: str = ""
    done: Callable[[int], None] = lambda characters: None
    cancelled: Callable[[], bool] = lambda: False
    makes_room: Callable[[], bool] = lambda: False
    pieces: Pieces = field(default_factory=InMind)
    work: Work = field(default_factory=Work)

    def made(self, name: str, characters: int, make: Callable[[], Arrays], *, is_all: bool) -> Arrays:
        """One piece, as it was kept or made now; raises what `make` does, and MadeRoom once it is kept.

        One that is all there is is not kept: its document is finished with it.
        """
        kept = None if is_all else _unpacked(self.pieces.piece(self.document_id, name))
        if kept is not None:
            return kept
        begun = time.perf_counter()
        arrays = make()
        self.work.characters += characters
        self.work.seconds += time.perf_counter() - begun
        if not is_all:
            self.pieces.keep_piece(self.document_id, name, _packed(arrays))
            self.stop_for_others()
        return arrays

    def stop_for_others(self) -> None:
        """Raises MadeRoom where others should have their turn."""
        if self.makes_room():
            raise MadeRoom

    def go_on(self) -> None:
        """Raises Forgotten where it was called off."""
        if self.cancelled():
            raise Forgotten


def _packed(arrays: Arrays) -> bytes:
    written = BytesIO()
    np.savez(written, allow_pickle=False, **dict(arrays))
    return written.getvalue()


def _unpacked(kept: bytes | None) -> Arrays | None:
    """None for what is no piece: it is made anew."""
    if kept is None:
        return None
    try:
        with np.load(BytesIO(kept), allow_pickle=False) as arrays:
            return dict(arrays)
    except Exception:  # zip and NumPy each raise their own for bytes that are not theirs
        return None
