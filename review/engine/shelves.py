"""What lies on a shelf of saved readings, told and deleted without its key."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SavedCase:
    """One saved reading of a shelf: `done` of `tokens` are saved; both are None where nobody can tell.

    Of its bytes on the disk, `shared_bytes` belong to other readings too, which begin with the same documents.
    """

    name: str
    tokens: int | None
    done: int | None
    bytes: int
    shared_bytes: int


def saved_cases(folder: Path) -> Iterator[SavedCase]:
    """Every reading that lies in a shelf's folder."""
    from inference.engine.saved.folder import readings_in

    for listed in readings_in(folder):
        manifest = listed.manifest
        tokens, done = (manifest.tokens, manifest.done) if manifest else (None, None)
        yield SavedCase(listed.name, tokens, done, listed.bytes, listed.shared_bytes)


def delete_saved(folder: Path, name: str) -> bool:
    """Delete one of them; False where there is none of that name."""
    from inference.engine.saved.folder import delete_reading

    own = folder / name
    return own.parent == folder and not name.startswith(".") and delete_reading(own)
