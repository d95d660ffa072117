"""A case file as it goes in, and how far it was read."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CaseText:
    """One document's text of a case file."""

    id: str
    content: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Memories:
    """Where what is remembered of a matter's documents lies, and the 32 bytes it is sealed with; a matter's own."""

    folder: Path
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """The texts that are read together, of one matter and never of two; `key` names exactly these, in this order.

    `families` are the ids of all texts by family, empty where nobody says. `by_clause_type` is whether it will be asked
    for clause types. These and `memories` count only where it is longer than its reader's window.
    """

    organization: str
    matter: str
    key: str
    texts: tuple[CaseText, ...]
    families: tuple[tuple[str, ...], ...] = ()
    by_clause_type: bool = False
    memories: Memories | None = None


@dataclass(frozen=True, slots=True)
class CaseBegun:
    """A case file that was taken in hand: how long it is in tokens, how far it was read before, and by what."""

    tokens: int
    done: int
    window: int
    fingerprint: str
    binds: bool | None = None  # whether a server holds its model to the form of an answer
    in_sections: bool = False  # longer than the window: tokens are about

    @property
    def is_warm(self) -> bool:
        return self.done == self.tokens


@dataclass(frozen=True, slots=True)
class CaseRead:
    """What reading a case file took: its tokens, counted by now, and seconds.

    The fingerprint is another than it began with where a server said only then that it is too long.
    """

    tokens: int
    seconds: float
    fingerprint: str
    in_sections: bool = False
