"""Where saved readings lie: a folder a matter, for the service's account alone. No name becomes a path."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

CLOSED = 0o700


def folder_of(organization_id: UUID, matter_id: UUID) -> Path:
    """The folder of a matter's readings, whether it is there or not."""
    return Path(settings.READINGS_DIR) / str(organization_id) / str(matter_id)


def made_folder_of(organization_id: UUID, matter_id: UUID) -> Path:
    """The same, made where it is missing, each folder on the way closed to others. Raises OSError."""
    folder = folder_of(organization_id, matter_id)
    for each in (Path(settings.READINGS_DIR), folder.parent, folder):
        each.mkdir(mode=CLOSED, parents=True, exist_ok=True)
    return folder


def delete_folder_of(organization_id: UUID, matter_id: UUID) -> tuple[int, int]:
    """Remove all readings of a matter; tells how many there were and their bytes."""
    folder = folder_of(organization_id, matter_id)
    readings = [each for each in folder.iterdir() if each.is_dir()] if folder.is_dir() else []
    files = {(found.st_dev, found.st_ino): found.st_size for each in readings for found in _files(each)}
    shutil.rmtree(folder, ignore_errors=True)
    return len(readings), sum(files.values())  # a file that two readings share is there once


def _files(folder: Path) -> Iterator[os.stat_result]:
    return (each.stat() for each in folder.rglob("*") if each.is_file())
