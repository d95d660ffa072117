"""What a reader is to be, as one frozen dataclass that checks itself."""

from dataclasses import dataclass
from pathlib import Path

READER_KINDS = ("compact",)


class UnknownReader(ValueError):
    """The profile names a reader this version does not have."""


@dataclass(frozen=True)
class Profile:
    """Which reader to open; `weights` and `encoder` replace its shipped files, `threads` is for one process."""

    kind: str = "compact"
    weights: Path | None = None
    encoder: Path | None = None
    threads: int = 1

    def __post_init__(self) -> None:
        if self.kind not in READER_KINDS:
            known = ", ".join(READER_KINDS)
            raise UnknownReader(f"There is no reader called {self.kind!r}; this version has: {known}.")
        if self.threads < 1:
            raise ValueError("A reader needs at least one thread.")
