"""What a reader answered about a case file, and what that took."""

from django.db.models import (
    CASCADE,
    PROTECT,
    BigIntegerField,
    CharField,
    CheckConstraint,
    DateTimeField,
    FloatField,
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
from review.playbooks.models import Question
from review.tenancy.models import TenantForeignKey

from .case_files import CaseFile
from .runs import CasePart


class AnswerState(TextChoices):
    """What a reader says of a question about a case file."""

    FOUND = "found", "Found"
    NOT_FOUND = "not_found", "Not found"
    UNCLEAR = "unclear", "Unclear"
    UNSUPPORTED = "unsupported", "Unsupported"


class Support(TextChoices):
    """Whether a second reading judged if an answer's quotes carry it; told of none before that was kept."""

    NOT_TOLD = "", "Not told"
    CHECKED = "checked", "Judged by a second reading"
    UNCHECKED = "unchecked", "Not judged"


class CaseAnswer(MatterModel):
    """One question answered for one case file by one reader, once. Immutable.

    Seconds are a device's: those of deciding this answer, and its share of what its own part's reading took.
    """

    case_file = TenantForeignKey(CaseFile, CASCADE, related_name="answers")
    part = TenantForeignKey(CasePart, CASCADE, related_name="answers")  # that asked first
    question = TenantForeignKey(Question, PROTECT, null=True, related_name="+")
    recipe_hash = CharField(max_length=64)  # the reader and the words
    asked_hash = CharField(max_length=64)  # the words alone
    reader = CharField(max_length=10)
    fingerprint = CharField(max_length=200)
    read_by = CharField(max_length=200)
    state = CharField(max_length=12, choices=AnswerState)
    value = JSONField(null=True)
    rule = TextField(blank=True)  # by which a value was derived
    reason = TextField(blank=True)  # the model's own words, as is the next
    against = TextField(blank=True)
    support = CharField(max_length=10, choices=Support, blank=True, default="")
    covered = JSONField(null=True)  # what it rests on, where it was read in sections: sections.Covered
    prefill_tokens = PositiveIntegerField(default=0)  # it stood on
    prefill_seconds = FloatField(default=0)  # its share of reading: what an earlier run read is nothing
    decode_tokens = PositiveIntegerField(default=0)
    seconds = FloatField(default=0)  # of deciding; in sections, of reading those that were shown for it too
    price_minor = BigIntegerField(null=True)  # of a device hour, when it was answered
    currency = CharField(max_length=3, blank=True)
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "case_file", "recipe_hash"], name="readings_answer_once"
            ),
            CheckConstraint(condition=Q(state__in=AnswerState.values), name="readings_answer_state"),
            CheckConstraint(condition=Q(support__in=Support.values), name="readings_answer_support"),
        ]
        indexes = [Index(fields=["matter", "question"], name="readings_answers")]

    @property
    def device_seconds(self) -> float:
        """What it took of a device: its share of reading, and its own tokens."""
        return self.prefill_seconds + self.seconds

    @property
    def support_label(self) -> str:
        """Whether anybody judged that the quotes carry the answer, in a few words; empty where nobody kept it."""
        return {
            Support.CHECKED: "Support: judged by a second reading",
            Support.UNCHECKED: "Support not judged",
        }.get(Support(self.support), "")

    @property
    def support_note(self) -> str:
        """What that leaves to a person; empty where it leaves nothing."""
        if self.support == Support.UNCHECKED:
            return "The words are exact; whether they carry the answer is for you to read."
        if self.support == Support.CHECKED and self.state == AnswerState.UNSUPPORTED:
            return "It says that these words do not carry the answer."
        return ""
