"""Where saved readings lie: a folder a matter, for the service's account alone. No name becomes a path."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

CLOSED = 0o700


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a reading's files, and its share of them where some belong to other readings as well."""

    bytes: int = 0
    share: int = 0


def folder_of(organization_id: UUID, matter_id: UUID) -> Path:
    """The folder of a matter's readings, whether it is there or not."""
    return Path(settings.READINGS_DIR) / str(organization_id) / str(matter_id)


def made_folder_of(organization_id: UUID, matter_id: UUID) -> Path:
    """The same, made where it is missing, each folder on the way closed to others. Raises OSError."""
    folder = folder_of(organization_id, matter_id)
    for each in (Path(settings.READINGS_DIR), folder.parent, folder):
        each.mkdir(mode=CLOSED, parents=True, exist_ok=True)
    return folder


def weigh(folder: Path) -> Weight:
    """What a reading takes; nothing where it is not there."""
    files = list(_files(folder)) if folder.is_dir() else []
    return Weight(sum(each.st_size for each in files), sum(each.st_size // each.st_nlink for each in files))


def delete_folder_of(organization_id: UUID, matter_id: UUID) -> None:
    """Remove all readings of a matter, whether a row names them or not."""
    shutil.rmtree(folder_of(organization_id, matter_id), ignore_errors=True)


def matters_with_folders(organization_id: UUID) -> list[UUID]:
    """Whose readings lie in a firm's folder, whether there still are such matters or not."""
    firm = Path(settings.READINGS_DIR) / str(organization_id)
    found: list[UUID] = []
    for each in firm.iterdir() if firm.is_dir() else ():
        with suppress(ValueError):
            found.append(UUID(each.name))
    return found


def _files(folder: Path) -> Iterator[os.stat_result]:
    """Files that go while they are looked at are not counted."""
    for each in folder.rglob("*"):
        try:
            if each.is_file():
                yield each.stat()
        except FileNotFoundError:
            continue
