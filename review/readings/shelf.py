"""The shelf of a matter: its folder and its key, or why nothing of it is saved."""

import logging
from dataclasses import dataclass
from uuid import UUID

from review import engine

from .kept_readings import budget_of, disk_used_by
from .reading_folders import made_folder_of
from .reading_keys import key_of

NO_SECRET = "Readings are not saved: READINGS_SECRET is not set for this worker."
NO_FOLDER = "Readings are not saved: the worker cannot write to their folder ({why})."
TOO_LARGE = "This reading is not saved: it takes more than the firm's whole disk budget."
ALL_PINNED = "This reading is not saved: pinned readings fill the firm's disk budget."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A shelf, or the sentence that says why there is none."""

    shelf: engine.Shelf | None
    trouble: str = ""


def shelf_of(organization_id: UUID, matter_id: UUID) -> Found:
    """Where the readings of a matter are saved and restored from; to be asked in a context of the matter."""
    key = key_of(organization_id, matter_id)
    if key is None:
        return _none(NO_SECRET)
    try:
        folder = made_folder_of(organization_id, matter_id)
        is_empty = not any(folder.iterdir())
    except OSError as refused:
        return _none(NO_FOLDER.format(why=refused.strerror))
    if is_empty and disk_used_by(organization_id).pinned_bytes >= budget_of(organization_id).disk_bytes:
        return Found(None, ALL_PINNED)
    return Found(engine.Shelf(folder, key))


def _none(sentence: str) -> Found:
    log.warning(sentence)
    return Found(None, sentence)
