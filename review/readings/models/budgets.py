"""What a firm lets its readings take, and what they take of it; nothing here names a matter."""

from django.conf import settings
from django.db.models import (
    PROTECT,
    BigIntegerField,
    CharField,
    DateTimeField,
    ForeignKey,
    Index,
    PositiveIntegerField,
    UniqueConstraint,
    UUIDField,
)
from django.utils import timezone

from review.tenancy.models import TenantModel


class ReadingBudget(TenantModel):
    """How much a firm lets its readings take, and for how long they are kept; without one the installation's hold."""

    disk_bytes = BigIntegerField()
    memory_bytes = BigIntegerField(null=True)  # of a worker's main memory; null: none waits there
    device_bytes = BigIntegerField(null=True)  # of its device; null: one full window
    days = PositiveIntegerField()  # after they were last used
    set_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    set_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [UniqueConstraint(fields=["organization"], name="readings_one_budget")]


class ReadingShare(TenantModel):
    """What one reading takes of its firm's disk budget, by the id of the reading; names no matter.

    What is remembered of a matter's documents is one such share, by the id of the matter's key.

    It lies in the firm and not behind the wall, so that the firm's budget can be kept by workers of any matter: they
    see bytes and days, and what else is to be done they leave to a job of that reading's own matter.
    """

    bytes = BigIntegerField()
    last_used_at = DateTimeField()
    pinned_until = DateTimeField(null=True)
    tidier = UUIDField()  # the job of its matter that lets go of it

    class Meta:
        indexes = [Index(fields=["organization", "last_used_at"], name="readings_share_by_use")]

    @property
    def is_pinned(self) -> bool:
        """Whether somebody keeps the reading from being let go of."""
        return self.pinned_until is not None and self.pinned_until > timezone.now()


class WorkerMemory(TenantModel):
    """What one worker holds of a firm's readings in memory, as it said last: sums over matters that name none."""

    worker = CharField(max_length=120)
    readings = PositiveIntegerField()
    device_bytes = BigIntegerField()
    memory_bytes = BigIntegerField()
    held_until = DateTimeField()  # unless it says so again

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "worker"], name="readings_memory_once")]
