"""A case file as it goes in, and how far it was read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseText:
    """One document's text of a case file."""

    id: str
    content: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """The texts that are read together, of one matter and never of two; `key` names exactly these, in this order."""

    organization: str
    matter: str
    key: str
    texts: tuple[CaseText, ...]


@dataclass(frozen=True, slots=True)
class CaseBegun:
    """A case file that was taken in hand: how long it is in tokens, how far it was read before, and by what."""

    tokens: int
    done: int
    window: int
    fingerprint: str
    binds: bool | None = None  # whether a server holds its model to the form of an answer

    @property
    def is_warm(self) -> bool:
        return self.done == self.tokens


@dataclass(frozen=True, slots=True)
class CaseRead:
    """What reading a case file took: its tokens, counted by now, and seconds."""

    tokens: int
    seconds: float
