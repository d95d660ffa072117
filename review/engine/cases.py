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
class Shelf:
    """Where what is read of one matter is saved, sealed: a folder and 32 random bytes, of this matter alone."""

    folder: Path
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """The texts that are read together, of one matter and never of two; `key` names exactly these, in this order.

    With a shelf, what a model of this machine reads is saved there, and restored from there the next time; so is what
    is remembered of a case file that is longer than its reader's window. For such a one `families` are the ids of all
    texts by family, empty where nobody says, and `by_clause_type` is whether it will be asked for clause types.
    """

    organization: str
    matter: str
    key: str
    texts: tuple[CaseText, ...]
    shelf: Shelf | None = None
    families: tuple[tuple[str, ...], ...] = ()
    by_clause_type: bool = False


@dataclass(frozen=True, slots=True)
class CaseBegun:
    """A case file that was taken in hand: how long it is in tokens, how far it was read before, and by what."""

    tokens: int
    done: int
    window: int
    fingerprint: str
    binds: bool | None = None  # whether a server holds its model to the form of an answer
    saved: int = 0  # tokens that lie on the shelf: those that were not read yet are restored and not read
    saved_as: str = ""  # the name by which it lies there, or will
    in_sections: bool = False  # longer than the window: tokens are about, and none of them are saved
    stays: bool = False  # in sections: what is gone through of it lies on the shelf

    @property
    def is_warm(self) -> bool:
        return self.done == self.tokens


@dataclass(frozen=True, slots=True)
class GoneThrough:
    """What going through documents took: code points, those that are scored for clause types counted twice."""

    characters: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class KeptAttention:
    """What reading a case file sparsely kept: the smallest share of its attention that any head did.

    `heads` are counted anew for each layer and chunk, none where the case file was too short to leave anything out;
    `dense` of them would have kept too little and looked back at everything.
    """

    least: float
    heads: int
    dense: int


@dataclass(frozen=True, slots=True)
class CaseRead:
    """What reading a case file took: its tokens, counted by now, and seconds.

    Of the tokens, `restored` came from the shelf. There `saved` of them lie by now, in `disk_bytes`, under the name
    `saved_as`; `trouble` says in a sentence why not all. The fingerprint is another than it began with where a server
    said only then that it is too long, and it was read in sections.
    """

    tokens: int
    seconds: float
    restored: int = 0
    saved: int = 0
    disk_bytes: int = 0
    saved_as: str = ""
    trouble: str = ""
    fingerprint: str = ""
    in_sections: bool = False
    gone_through: GoneThrough = GoneThrough()  # now, where it is read in sections
    stays: bool = False  # in sections: all of it lies on the shelf
    attention: KeptAttention | None = None  # None where all of it was read
