"""What is put to a matter's case files, and how far each of them is."""

from math import floor

from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BigIntegerField,
    BooleanField,
    CharField,
    CheckConstraint,
    DateTimeField,
    FloatField,
    ForeignKey,
    Index,
    JSONField,
    PositiveIntegerField,
    Q,
    TextChoices,
    TextField,
    UniqueConstraint,
)
from django.utils import timezone

from review.matters.models import MatterModel
from review.readers.models import ReaderProfile
from review.tenancy.models import TenantForeignKey

from .case_files import CaseFile


class CaseRun(MatterModel):
    """Questions put to a matter's case files: those of columns, or one in a person's own words."""

    profile = TenantForeignKey(ReaderProfile, PROTECT, related_name="+")
    edition = PositiveIntegerField()  # of the profile when it was started
    question_ids = JSONField(default=list)
    words = TextField(blank=True)  # of the one question, where it is no column
    is_across = BooleanField(default=False, db_default=False)  # one case file of all texts of the matter
    estimate = JSONField(default=dict)  # what was shown before it was confirmed: estimate.Estimate
    started_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        indexes = [Index(fields=["matter", "created_at"], name="readings_runs_by_matter")]

    @property
    def is_free(self) -> bool:
        """Whether somebody asked in their own words."""
        return bool(self.words)


class PartState(TextChoices):
    """How far one case file of a run is."""

    PENDING = "pending", "Waiting for a worker"
    READING = "reading", "Reading the case file"
    ASKING = "asking", "Asking"
    DONE = "done", "Answered"
    FAILED = "failed", "Failed"
    FORBIDDEN = "forbidden", "Forbidden by AI terms"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def is_over(self) -> bool:
        return self not in {PartState.PENDING, PartState.READING, PartState.ASKING}


class CasePart(MatterModel):
    """One case file of a run, and how far it is."""

    run = TenantForeignKey(CaseRun, CASCADE, related_name="parts")
    case_file = TenantForeignKey(CaseFile, CASCADE, related_name="parts")
    ordinal = PositiveIntegerField()
    state = CharField(max_length=10, choices=PartState, default=PartState.PENDING)
    sentence = CharField(max_length=500, blank=True)  # why it ended as it did, or has to wait
    fingerprint = CharField(max_length=200, blank=True)
    tokens = PositiveIntegerField(default=0)  # of the case file, once a reader has counted them
    tokens_read = PositiveIntegerField(default=0)
    is_warm = BooleanField(default=False)  # it had been read before, by the worker that took it
    in_sections = BooleanField(default=False, db_default=False)  # longer than the window; tokens are about
    is_remembered = BooleanField(
        default=False, db_default=False
    )  # in sections: what was read of it is on the disk
    tokens_restored = PositiveIntegerField(default=0, db_default=0)  # from disk, that other runs had read
    prefill_seconds = FloatField(default=0)
    restore_seconds = FloatField(default=0, db_default=0)
    unpaid_seconds = FloatField(default=0, db_default=0)  # of both, that no answer of its own has paid for
    price_minor = BigIntegerField(null=True)  # of a device hour, when it was last read
    currency = CharField(max_length=3, blank=True, default="", db_default="")
    # What a sparse reading kept: the smallest share of its attention that any head did; null where all was read.
    attention_least = FloatField(null=True)
    attention_heads = PositiveIntegerField(
        null=True
    )  # for each layer and chunk; 0: nothing could be left out
    attention_dense = PositiveIntegerField(null=True)  # of them, that looked back at everything
    questions = PositiveIntegerField(default=0)
    reused = PositiveIntegerField(default=0)  # answered by an earlier run
    waits = PositiveIntegerField(default=0, db_default=0)  # in a row, for a server that was not there for it
    reading_at = DateTimeField(null=True)
    asking_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(fields=["organization", "matter", "run", "ordinal"], name="readings_part_once"),
            CheckConstraint(condition=Q(state__in=PartState.values), name="readings_part_state"),
        ]
        indexes = [Index(fields=["matter", "state"], name="readings_parts_by_state")]

    @property
    def attention_percent(self) -> float | None:
        """The smallest share as percent with one decimal place, never more than it was; None where all was read."""
        least = self.attention_least
        return None if least is None else floor(least * 1000 + 1e-6) / 10
