"""Saved readings as files: what lies in a folder and how large it is, told and deleted without a key or a model."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SavedFiles:
    """One saved reading of a folder: its name there, how many tokens of how many are saved, and its bytes.

    Tokens are None where it cannot be read. `shared_bytes` of the bytes belong to other readings of the folder too.
    """

    name: str
    tokens: int | None
    saved_tokens: int
    bytes: int
    shared_bytes: int


def saved_in(folder: Path) -> list[SavedFiles]:
    """Every saved reading of a folder; none where there is no folder."""
    from inference.engine.saved.folder import readings_in

    return [
        SavedFiles(
            name=listed.name,
            tokens=listed.manifest.tokens if listed.manifest else None,
            saved_tokens=listed.manifest.done if listed.manifest else 0,
            bytes=listed.bytes,
            shared_bytes=listed.shared_bytes,
        )
        for listed in readings_in(folder)
    ]


def delete_saved(folder: Path) -> bool:
    """Remove one saved reading with all that lies in its folder; False where there is none. Raises OSError."""
    from inference.engine.saved.folder import delete_reading

    return delete_reading(folder)
