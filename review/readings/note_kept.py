"""What a worker writes down of the reading in its hands: that it holds it, what is saved of it, and what it takes.

Every function is called in a context of the reading's own matter.
"""

import os
import socket
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from review import engine
from review.tenancy.turns import Turn, take_turn

from .due_tidying import due_tidying
from .kept_readings import budget_of
from .let_go import let_go
from .models import CasePart, KeptReading, Place, ReadingShare, WhyMoved
from .reading_folders import folder_of, weigh

HELD = timedelta(minutes=2)  # a worker that has not been heard of for so long is taken to have stopped


def this_worker() -> str:
    """The name of this process: its machine and its number there."""
    return f"{socket.gethostname()[:80]}, process {os.getpid()}"


def note_begun(part: CasePart, begun: engine.CaseBegun, trouble: str) -> KeptReading:
    """A reader is about to read or ask a case file: what it read as another reader before is let go of."""
    take_turn(Turn.READINGS, part.organization_id)
    own = KeptReading.objects.select_for_update(of=("self",)).filter(
        case_file_id=part.case_file_id, profile_id=part.run.profile_id
    )
    now = timezone.now()
    reading, _ = own.get_or_create(
        organization_id=part.organization_id,
        matter_id=part.matter_id,
        fingerprint=begun.fingerprint,
        defaults={
            "case_file_id": part.case_file_id,
            "profile_id": part.run.profile_id,
            "tokens": begun.tokens,
            "place": Place.DEVICE,
            "ends_at": now,
        },
    )
    reading.tokens, reading.trouble = begun.tokens, trouble
    reading.read_tokens, reading.saved_tokens, reading.folder = begun.done, begun.saved, begun.saved_as
    _held_now(reading, now)
    reading.save()
    for other in own.exclude(fingerprint=begun.fingerprint).exclude(place=Place.GONE):
        let_go(other, WhyMoved.CHANGED)  # not the files, where the present reader reads the same
    weigh_again(reading)
    due_tidying(part.run.matter)
    return reading


def note_read(reading: KeptReading, read: engine.CaseRead, begun: engine.CaseBegun) -> None:
    """All of it was read or restored, and this much of it saved."""
    take_turn(Turn.READINGS, reading.organization_id)  # before the row: so does everybody who wants both
    found = locked(reading.pk)
    if found is None or found.is_unwanted:  # what was saved since goes with the next tidying
        due_tidying(reading.matter, now=True)
        return
    reading = found
    now = timezone.now()
    if not begun.done and not read.restored:
        reading.made_at = now
    if begun.done < begun.saved and read.restored < begun.saved:
        reading.why, reading.moved_at = WhyMoved.DAMAGED, now
    if read.trouble and read.saved < read.tokens:
        reading.why, reading.moved_at = WhyMoved.TROUBLE, now
    reading.read_tokens = read.tokens
    reading.saved_tokens, reading.trouble = read.saved, read.trouble or reading.trouble
    _held_now(reading, now)
    reading.save()
    weigh_again(reading)


def note_used(reading: KeptReading) -> None:
    """It was asked, so it is kept for longer."""
    found = locked(reading.pk)
    if found is None or found.is_unwanted:  # what was saved since goes with the next tidying
        due_tidying(reading.matter, now=True)
    else:
        reading = found
        _held_now(reading, timezone.now())
        reading.save()
        ReadingShare.objects.filter(pk=reading.pk).update(last_used_at=reading.last_used_at)


def weigh_again(reading: KeptReading) -> None:
    """Write down what its files take by now, and its share of the firm's disk."""
    folder = folder_of(reading.organization_id, reading.matter_id)
    weight = weigh(folder / reading.folder) if reading.folder else None
    reading.disk_bytes = weight.bytes if weight else 0
    reading.save(update_fields=["disk_bytes"])
    if weight is None or not weight.bytes:
        ReadingShare.objects.filter(pk=reading.pk).delete()
        return
    alike = KeptReading.objects.filter(matter_id=reading.matter_id, folder=reading.folder, pk__lt=reading.pk)
    is_counted = alike.exclude(place=Place.GONE).exists()
    told = {
        "bytes": 0 if is_counted else weight.share,
        "last_used_at": reading.last_used_at,
        "pinned_until": reading.pinned_until,
        "tidier": due_tidying(reading.matter).pk,
    }
    ReadingShare.objects.update_or_create(
        id=reading.pk, organization_id=reading.organization_id, defaults=told
    )


def locked(reading_id: UUID) -> KeptReading | None:
    """The row, to be changed in this transaction; None where its matter was deleted."""
    rows = KeptReading.objects.select_related("matter", "case_file")
    return rows.select_for_update(of=("self",)).filter(pk=reading_id).first()


def _held_now(reading: KeptReading, now: datetime) -> None:
    """This worker has it on its device, and it was used just now."""
    days = timedelta(days=budget_of(reading.organization_id).days)
    reading.place, reading.worker, reading.held_until = Place.DEVICE, this_worker(), now + HELD
    reading.last_used_at, reading.let_go_by = now, None
    reading.ends_at = max(now + days, reading.pinned_until or now)
    reading.memory_bytes = next(
        (each.bytes for each in cases_of(reading.organization_id, reading.matter_id) if _is(each, reading)), 0
    )


def cases_of(organization_id: UUID, matter_id: UUID) -> list[engine.KeptCase]:
    """What this process keeps of one matter."""
    names = (str(organization_id), str(matter_id))
    return [each for each in engine.kept_cases() if (each.organization, each.matter) == names]


def _is(kept: engine.KeptCase, reading: KeptReading) -> bool:
    return bool(kept.key == reading.case_file.key)
