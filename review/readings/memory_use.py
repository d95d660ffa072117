"""What workers hold of a firm's readings in memory, told by each of them and summed for the firm's administrators."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from review import engine
from review.tenancy.context import in_context

from .models import Place, WorkerMemory
from .note_kept import HELD, this_worker


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """How much the running workers hold of a firm's readings, over all matters and without naming one."""

    readings: int
    device_bytes: int
    memory_bytes: int


def tell_memory_use(organization_id: UUID) -> None:
    """Say what this process holds of a firm now; what stopped workers said last is removed on the way."""
    own = [each for each in engine.kept_cases() if each.organization == str(organization_id)]
    on_device = [each.bytes for each in own if each.place == Place.DEVICE]
    waiting = [each.bytes for each in own if each.place == Place.MEMORY]
    now = timezone.now()
    with in_context(organization_id):
        WorkerMemory.objects.filter(held_until__lte=now).exclude(worker=this_worker()).delete()
        WorkerMemory.objects.update_or_create(
            organization_id=organization_id,
            worker=this_worker(),
            defaults={
                "readings": len(on_device) + len(waiting),
                "device_bytes": sum(on_device),
                "memory_bytes": sum(waiting),
                "held_until": now + HELD,
            },
        )


def memory_used_by(organization_id: UUID) -> MemoryUse:
    """What the workers that were heard of lately hold of a firm, behind walls too, in one sum."""
    told = WorkerMemory.objects.filter(organization_id=organization_id, held_until__gt=timezone.now())
    names = ("readings", "device_bytes", "memory_bytes")
    summed = told.aggregate(**{name: Sum(name) for name in names})
    return MemoryUse(*(int(summed[name] or 0) for name in names))
