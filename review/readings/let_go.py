"""Letting go of readings, whoever decides it: the row says why, the share is given back, the files go at the commit."""

import logging
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from review import engine
from review.accounts.models import User
from review.matters.models import Matter

from .memories import forget_memories
from .models import KeptReading, MatterReadingKey, Place, ReadingShare, WhyMoved
from .reading_folders import delete_folder_of, folder_of

log = logging.getLogger(__name__)


def let_go(reading: KeptReading, why: WhyMoved, *, by: User | None = None) -> None:
    """Have a locked reading gone for good; a worker that holds it in memory finds the row saying so."""
    name = reading.folder
    _change(
        reading,
        place=Place.GONE,
        why=why,
        moved_at=timezone.now(),
        let_go_by=by,
        memory_bytes=0,
        held_until=None,
        pinned_until=None,
        pinned_by=None,
        **NOT_SAVED,
    )
    _give_back(reading, name)


def unsave(reading: KeptReading, why: WhyMoved, trouble: str = "") -> None:
    """Remove what is saved of a locked reading; what a worker holds in memory stays there."""
    name, place = reading.folder, {} if reading.is_held else {"place": Place.GONE}
    _change(reading, why=why, moved_at=timezone.now(), trouble=trouble, **place, **NOT_SAVED)
    _give_back(reading, name)


def let_go_of_all(matter: Matter, why: WhyMoved) -> int:
    """Have everything that is kept of a matter gone, with its part of the key. Tells how many readings that were."""
    kept = KeptReading.objects.select_for_update(of=("self",)).filter(matter_id=matter.pk)
    readings = list(kept.exclude(place=Place.GONE).order_by("pk"))
    for reading in readings:
        let_go(reading, why)
    forget_memories(matter.organization_id, matter.pk)
    MatterReadingKey.objects.filter(matter_id=matter.pk).delete()
    organization_id, matter_id = matter.organization_id, matter.pk
    transaction.on_commit(lambda: delete_folder_of(organization_id, matter_id))
    return len(readings)


NOT_SAVED: dict[str, Any] = {"saved_tokens": 0, "disk_bytes": 0, "folder": ""}


def _change(reading: KeptReading, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(reading, name, value)
    reading.save(update_fields=[*changes])


def _give_back(reading: KeptReading, name: str) -> None:
    ReadingShare.objects.filter(pk=reading.pk).delete()
    folder = folder_of(reading.organization_id, reading.matter_id)
    # Readers that differ in manners of asking alone read alike, and share one saved reading.
    others = KeptReading.objects.filter(matter_id=reading.matter_id, folder=name).exclude(pk=reading.pk)
    if name and not others.exclude(place=Place.GONE).exists():
        transaction.on_commit(lambda: delete_files(folder, name))


def delete_files(folder: Path, name: str) -> None:
    """Remove the files of one saved reading, or leave them to the job that tidies the matter."""
    try:
        engine.delete_saved(folder, name)
    except OSError as refused:  # the job that tidies this matter finds it again
        log.warning("A saved reading could not be deleted: %s.", refused.strerror)
