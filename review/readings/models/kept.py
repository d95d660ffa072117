"""What is kept of what was read: where, how large, until when, why it moved last, and the key that seals it."""

from typing import ClassVar

from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BigIntegerField,
    BinaryField,
    CharField,
    CheckConstraint,
    DateTimeField,
    ForeignKey,
    Index,
    PositiveIntegerField,
    Q,
    UniqueConstraint,
)
from django.utils import timezone

from review.matters.models import MatterModel
from review.readers.models import ReaderProfile
from review.tenancy.models import TenantForeignKey

from .case_files import CaseFile
from .places import Place, WhyMoved


class KeptReading(MatterModel):
    """What is kept of one case file as one reader has read it: where, how large, until when, and why it moved last.

    A reading in memory is there as long as the worker that holds it says so again: `held_until`.
    """

    case_file = TenantForeignKey(CaseFile, CASCADE, related_name="kept")
    profile = TenantForeignKey(ReaderProfile, PROTECT, related_name="+")
    fingerprint = CharField(max_length=200)
    tokens = PositiveIntegerField()  # of the case file
    place = CharField(max_length=10, choices=Place)
    memory_bytes = BigIntegerField(default=0)  # on the device or in main memory, while it is held
    read_tokens = PositiveIntegerField(default=0, db_default=0)  # that are in memory, while it is held
    saved_tokens = PositiveIntegerField(default=0)  # that lie on the disk, whole chunks from the first
    disk_bytes = BigIntegerField(default=0)
    folder = CharField(max_length=64, blank=True)  # its own, in that of its matter
    worker = CharField(max_length=120, blank=True)  # that holds it, or held it last
    held_until = DateTimeField(null=True)
    trouble = CharField(max_length=500, blank=True)  # why not all of it is saved
    made_at = DateTimeField(default=timezone.now)
    last_used_at = DateTimeField(default=timezone.now)
    ends_at = DateTimeField()  # unless it is used again, or pinned for longer
    pinned_until = DateTimeField(null=True)
    pinned_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    why = CharField(max_length=10, choices=WhyMoved, blank=True, default=WhyMoved.NOTHING)
    moved_at = DateTimeField(null=True)
    let_go_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-last_used_at"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "case_file", "profile", "fingerprint"],
                name="readings_kept_once",
            ),
            CheckConstraint(condition=Q(place__in=Place.values), name="readings_kept_place"),
            CheckConstraint(condition=Q(why__in=WhyMoved.values), name="readings_kept_why"),
            CheckConstraint(
                condition=Q(pinned_until=None, pinned_by=None)
                | Q(pinned_until__isnull=False, pinned_by__isnull=False),
                name="readings_kept_pin",
            ),
        ]
        indexes = [Index(fields=["matter", "place"], name="readings_kept_by_place")]

    @property
    def place_now(self) -> Place:
        """Where it is now: what a worker held that has not been heard of since is no longer in memory."""
        place = Place(self.place)
        if not place.is_in_memory or self.is_held:
            return place
        return Place.DISK if self.saved_tokens else Place.GONE

    @property
    def is_held(self) -> bool:
        """Whether the worker that holds it in memory has said so lately."""
        is_in_memory = Place(self.place).is_in_memory
        return is_in_memory and self.held_until is not None and self.held_until > timezone.now()

    @property
    def is_unwanted(self) -> bool:
        """Whether it was let go of by a decision, so that a worker that has it in hand must drop it."""
        return self.place == Place.GONE and WhyMoved(self.why).is_a_decision

    @property
    def is_pinned(self) -> bool:
        """Whether somebody keeps it from being let go of."""
        return self.pinned_until is not None and self.pinned_until > timezone.now()

    @property
    def is_read(self) -> bool:
        """Whether whoever holds it in memory has read all of it, and not only begun."""
        return self.read_tokens == self.tokens

    @property
    def is_saved(self) -> bool:
        """Whether all of it lies on the disk."""
        return self.saved_tokens == self.tokens

    @property
    def sentence(self) -> str:
        """Why it is where it is, for a person; empty where nothing happened to it."""
        why = WhyMoved(self.why)
        if self.is_held:  # then it can only have left the disk
            is_told = why == WhyMoved.DAMAGED or (why.is_of_the_disk and not self.is_saved)
            return str(why.label) if is_told else ""
        if Place(self.place).is_in_memory:
            return str(WhyMoved.STOPPED.label)
        return str(why.label) if self.why else ""


class MatterReadingKey(MatterModel):
    """A matter's part of the key that seals its readings; without it no copy of them opens, on no backup either."""

    LENGTH: ClassVar[int] = 32
    secret = BinaryField()
    made_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "matter"], name="readings_one_key")]
