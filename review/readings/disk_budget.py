"""A firm's disk budget, kept by workers that each let go of their own matter's readings alone.

Whoever finds the budget passed goes through the firm's shares, the one used longest ago first, after those that the
budget could not hold by themselves: nothing makes room for what will not stay. What is of its own matter it lets go
of; for the rest it wakes the job of each, which finds the same and does the same for its own.
"""

from uuid import UUID

from review.tenancy.turns import Turn, take_turn

from .kept_readings import budget_of, disk_used_by
from .let_go import let_go, unsave
from .memories import are_memories, forget_memories
from .models import KeptReading, ReadingShare, WhyMoved
from .shelf import ALL_PINNED, TOO_LARGE


def keep_within_budget(organization_id: UUID, matter_id: UUID) -> list[UUID]:
    """Let go of what this matter has to give; tells which jobs of other matters are to be woken at the commit."""
    take_turn(Turn.READINGS, organization_id)
    used, budget = disk_used_by(organization_id), budget_of(organization_id).disk_bytes
    over, free = used.bytes - budget, budget - used.pinned_bytes
    others: list[UUID] = []
    for share in _in_turn(organization_id, free) if over > 0 else ():
        if over <= 0:
            break
        over -= share.bytes
        own = KeptReading.objects.select_for_update(of=("self",)).filter(pk=share.pk, matter_id=matter_id)
        if reading := own.first():
            _give_up(reading, fits=share.bytes <= free)
        elif are_memories(share, matter_id):
            forget_memories(organization_id, matter_id)
        else:
            others.append(share.tidier)
    return list(dict.fromkeys(others))


def _in_turn(organization_id: UUID, free: int) -> list[ReadingShare]:
    """Unpinned shares of the firm: those larger than pins leave free, then the one used longest ago."""
    shares = ReadingShare.objects.filter(organization_id=organization_id).order_by("last_used_at", "pk")
    return sorted(
        (share for share in shares if not share.is_pinned), key=lambda share: bool(share.bytes <= free)
    )


def _give_up(reading: KeptReading, *, fits: bool) -> None:
    """Its files go; from a worker's memory it goes in its own time."""
    if not reading.is_held:
        let_go(reading, WhyMoved.BUDGET)
    elif fits:
        unsave(reading, WhyMoved.BUDGET)
    else:
        is_pinned_full = reading.disk_bytes <= budget_of(reading.organization_id).disk_bytes
        unsave(reading, WhyMoved.TROUBLE, ALL_PINNED if is_pinned_full else TOO_LARGE)
