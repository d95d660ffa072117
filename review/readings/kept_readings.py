"""What is kept of case files that were read, and what the firm lets them take."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone

from review.matters.models import Matter

from .models import KeptReading, ReadingBudget, ReadingShare


@dataclass(frozen=True, slots=True)
class Budget:
    """What a firm's readings may take. `is_own`: its administrators said so.

    None of `device_bytes` is one full window of the reader, none of `memory_bytes` that nothing waits in main memory.
    """

    disk_bytes: int
    memory_bytes: int | None
    device_bytes: int | None
    days: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class DiskUse:
    """What the readings of a firm take of its disk budget, over all matters and without naming one."""

    readings: int
    bytes: int
    pinned_bytes: int


def kept_readings_of(matter: Matter) -> list[KeptReading]:
    """Everything that was ever kept of a matter's case files and readers, the last used first; some of it is gone."""
    return list(with_names(KeptReading.objects.filter(matter_id=matter.pk)))


def with_names(readings: QuerySet[KeptReading]) -> QuerySet[KeptReading]:
    """The same readings with what a page says of them."""
    return readings.select_related("case_file", "profile", "pinned_by", "let_go_by").order_by("-last_used_at")


def budget_of(organization_id: UUID) -> Budget:
    """What holds for a firm: what its administrators set, else the installation's."""
    own = ReadingBudget.objects.filter(organization_id=organization_id).first()
    if own is None:
        return Budget(settings.READINGS_DISK_BYTES, None, None, settings.READINGS_DAYS, False)
    return Budget(own.disk_bytes, own.memory_bytes, own.device_bytes, own.days, True)


def disk_used_by(organization_id: UUID) -> DiskUse:
    """What a firm's readings take on the disk, those of every matter, also behind walls, in one sum."""
    shares = ReadingShare.objects.filter(organization_id=organization_id)
    pinned = shares.filter(pinned_until__gt=timezone.now())
    return DiskUse(shares.count(), _bytes(shares), _bytes(pinned))


def _bytes(shares: QuerySet[ReadingShare]) -> int:
    return int(shares.aggregate(sum=Sum("bytes"))["sum"] or 0)
