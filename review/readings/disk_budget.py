"""A firm's disk budget, kept by workers that each let go of their own matter's readings alone.

Whoever finds the budget passed goes through the firm's shares, the one used longest ago first. What is of its own
matter it lets go of; for the rest it wakes the job of each, which finds the same and does the same for its own.
"""

from uuid import UUID

from review.tenancy.turns import Turn, take_turn

from .kept_readings import budget_of, disk_used_by
from .let_go import let_go, unsave
from .memories import are_memories, forget_memories
from .models import KeptReading, ReadingShare, WhyMoved
from .shelf import ALL_PINNED


def keep_within_budget(organization_id: UUID, matter_id: UUID) -> list[UUID]:
    """Let go of what this matter has to give; tells which jobs of other matters are to be woken at the commit."""
    take_turn(Turn.READINGS, organization_id)
    over = disk_used_by(organization_id).bytes - budget_of(organization_id).disk_bytes
    others: list[UUID] = []
    for share in _by_use(organization_id) if over > 0 else ():
        if over <= 0:
            break
        over -= share.bytes
        own = KeptReading.objects.select_for_update(of=("self",)).filter(pk=share.pk, matter_id=matter_id)
        if reading := own.first():
            _give_up(reading)
        elif are_memories(share, matter_id):
            forget_memories(organization_id, matter_id)
        else:
            others.append(share.tidier)
    return list(dict.fromkeys(others))


def _by_use(organization_id: UUID) -> list[ReadingShare]:
    """Unpinned shares of the firm, the one used longest ago first."""
    shares = ReadingShare.objects.filter(organization_id=organization_id).order_by("last_used_at", "pk")
    return [share for share in shares if not share.is_pinned]


def _give_up(reading: KeptReading) -> None:
    """Its files go; from a worker's memory it goes in its own time."""
    if reading.is_held:
        pins = disk_used_by(reading.organization_id)
        is_full = pins.pinned_bytes + reading.disk_bytes > budget_of(reading.organization_id).disk_bytes
        unsave(reading, WhyMoved.BUDGET, ALL_PINNED if is_full and pins.pinned_bytes else "")
    else:
        let_go(reading, WhyMoved.BUDGET)
