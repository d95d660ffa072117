"""What people decide about readings that are kept: pin one, let go of one, and how much the firm keeps."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from review.accounts.models import User
from review.errors import Conflict, Invalid
from review.tenancy.audit import record
from review.tenancy.turns import Turn, take_turn

from .kept_readings import budget_of, disk_used_by
from .let_go import let_go
from .models import KeptReading, Place, ReadingBudget, ReadingShare, WhyMoved

LONGEST_PIN = timedelta(days=366)
MOST_DAYS = 3650
GIB = 1024**3
MOST_BYTES = 2**53  # what every program that reads our JSON counts exactly


@transaction.atomic
def pin_reading(reading: KeptReading, until: datetime, *, by: User) -> KeptReading:
    """Keep a reading until a day, whatever else is read. Raises Invalid for an odd day, Conflict where it cannot be."""
    take_turn(Turn.READINGS, reading.organization_id)
    reading = _locked(reading)
    now = timezone.now()
    if until <= now:
        raise Invalid("Choose a day to come.")
    if until > now + LONGEST_PIN:
        raise Invalid("A reading is pinned for a year at the most. Choose an earlier day.")
    if reading.place_now == Place.GONE:
        raise Conflict("This reading is not kept any more. Put a question to the case file, then pin it.")
    _refuse_unkept(reading)
    _refuse_full(reading)
    reading.pinned_until, reading.pinned_by = until, by
    reading.ends_at = max(reading.ends_at, until)
    reading.save(update_fields=["pinned_until", "pinned_by", "ends_at"])
    ReadingShare.objects.filter(pk=reading.pk).update(pinned_until=until)
    record(by, "reading.pinned", reading, until=until.isoformat())
    return reading


@transaction.atomic
def unpin_reading(reading: KeptReading, *, by: User) -> KeptReading:
    """Let a reading go in its time again. Raises Conflict where nobody pinned it."""
    reading = _locked(reading)
    if reading.pinned_until is None:
        raise Conflict("This reading is not pinned.")
    reading.pinned_until = reading.pinned_by = None
    days = timedelta(days=budget_of(reading.organization_id).days)
    reading.ends_at = max(reading.last_used_at + days, timezone.now())
    reading.save(update_fields=["pinned_until", "pinned_by", "ends_at"])
    ReadingShare.objects.filter(pk=reading.pk).update(pinned_until=None)
    record(by, "reading.unpinned", reading)
    return reading


@transaction.atomic
def let_go_of_reading(reading: KeptReading, *, by: User) -> None:
    """Have a reading gone: its files when this is committed, and from a worker's memory as soon as that looks.

    Raises Conflict where it is not kept, or pinned.
    """
    reading = _locked(reading)
    if reading.place == Place.GONE:
        raise Conflict("This reading is not kept any more.")
    if reading.is_pinned:
        raise Conflict("This reading is pinned. Take the pin off first.")
    bytes_gone = reading.disk_bytes
    let_go(reading, WhyMoved.PERSON, by=by)
    record(by, "reading.let_go", reading, tokens=reading.tokens, bytes=bytes_gone)


@transaction.atomic
def set_budget(
    organization_id: UUID,
    *,
    disk_bytes: int,
    days: int,
    memory_bytes: int | None = None,
    device_bytes: int | None = None,
    by: User,
) -> ReadingBudget:
    """Say what the firm's readings may take, for administrators. Raises Invalid for what cannot hold."""
    take_turn(Turn.READINGS, organization_id)
    for named, value in (
        ("disk", disk_bytes),
        ("main memory", memory_bytes),
        ("device memory", device_bytes),
    ):
        if value is not None and not 0 <= value <= MOST_BYTES:
            raise Invalid(f"The budget of {named} must be 0 or more, and at most {MOST_BYTES // GIB:,} GiB.")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"Readings are kept from 1 to {MOST_DAYS:,} days.")
    pinned = disk_used_by(organization_id).pinned_bytes
    if disk_bytes < pinned:
        raise Invalid(
            f"Readings of {_gib(pinned)} are pinned. Choose a larger disk budget, or have pins taken off first."
        )
    settings = {
        "disk_bytes": disk_bytes,
        "memory_bytes": memory_bytes,
        "device_bytes": device_bytes,
        "days": days,
    }
    budget, _ = ReadingBudget.objects.update_or_create(
        organization_id=organization_id, defaults={**settings, "set_by": by, "set_at": timezone.now()}
    )
    record(by, "readings.budget_set", budget, **settings)
    return budget


def _locked(reading: KeptReading) -> KeptReading:
    return KeptReading.objects.select_for_update(of=("self",)).get(pk=reading.pk)


def _refuse_unkept(reading: KeptReading) -> None:
    """A worker keeps a promise where all of it lies on the disk, or main memory takes it."""
    if reading.is_saved or reading.memory_bytes <= (budget_of(reading.organization_id).memory_bytes or 0):
        return
    raise Conflict(
        "This reading is not saved, and too little main memory is set aside for it, so it cannot be kept for certain."
    )


def _refuse_full(reading: KeptReading) -> None:
    if reading.is_pinned or not reading.disk_bytes:
        return
    budget, pinned = budget_of(reading.organization_id), disk_used_by(reading.organization_id).pinned_bytes
    if pinned + reading.disk_bytes > budget.disk_bytes:
        raise Conflict(
            f"Pinned readings of the firm take {_gib(pinned)} of its {_gib(budget.disk_bytes)} already, and this one"
            f" takes {_gib(reading.disk_bytes)}. An administrator can set a larger budget."
        )


def _gib(count: int) -> str:
    return f"{count / GIB:,.1f} GiB" if count >= GIB / 10 else f"{count / 1024**2:,.1f} MiB"
