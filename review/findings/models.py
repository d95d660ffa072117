from typing import Literal

from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BooleanField,
    CharField,
    CheckConstraint,
    DateTimeField,
    F,
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

from review.documents.models import Document, DocumentText
from review.matters.models import MatterModel
from review.playbooks.models import Question
from review.readings.models import CaseAnswer
from review.tenancy.models import TenantForeignKey


class LearnedHead(MatterModel):
    """One attempt to learn a firm's own question from what people of this matter decided: the receipt, kept or not.

    The newest attempt holds. It lies behind the matter's wall and goes when the matter goes.
    """

    question = TenantForeignKey(Question, CASCADE, related_name="+")
    edition = PositiveIntegerField()  # of the question's words
    accepted = PositiveIntegerField()  # findings it was learned from, edited ones among the accepted
    rejected = PositiveIntegerField()
    right = PositiveIntegerField()  # different passages
    wrong = PositiveIntegerField()
    is_kept = BooleanField()
    reason = CharField(max_length=200)
    figures = JSONField(default=dict)  # {"with_head", "zero_shot": {"aupr", "log_loss"}}, cross-validated
    made_by = CharField(max_length=80)  # what made the vectors
    content = JSONField(null=True)  # the reader's own plain values; null when it was not kept
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        indexes = [Index(fields=["matter", "question", "created_at"], name="findings_head_by_question")]


class ReviewRun(MatterModel):
    """What one reader found in a matter when asked one question in one wording. The same recipe continues the same run.

    A recipe is the reader to its weights, the question to its words, and what the matter had learned of it.
    """

    recipe_hash = CharField(max_length=64)
    asked_hash = CharField(max_length=64, blank=True)  # the recipe without the reader
    edition = PositiveIntegerField(default=1)  # of the question's words
    head = TenantForeignKey(LearnedHead, CASCADE, null=True, related_name="+")
    reader = CharField(max_length=40)
    reader_fingerprint = CharField(max_length=128)
    question_ids = JSONField()
    started_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "matter", "recipe_hash"], name="findings_run_once")
        ]


class MachineState(TextChoices):
    """The machine's word."""

    FOUND = "found", "Found"
    NOT_FOUND = "not_found", "Not found"
    UNCLEAR = "unclear", "Unclear"
    UNSUPPORTED = "unsupported", "Unsupported"  # an answer whose quotes failed a check; never a fact
    NOT_READABLE = "not_readable", "Not readable by this reader"
    FAILED = "failed", "Failed"


class ReviewState(TextChoices):
    """The people's word."""

    UNREVIEWED = "unreviewed", "Unreviewed"
    ACCEPTED = "accepted", "Accepted"
    EDITED = "edited", "Edited"
    REJECTED = "rejected", "Rejected"
    VERIFIED = "verified", "Verified"


class Origin(TextChoices):
    MACHINE = "machine", "Machine"
    PERSON = "person", "Person"


class Finding(MatterModel):
    """One answer to one question about one text: by the machine once a run, or added by a person. Immutable."""

    run = TenantForeignKey(ReviewRun, CASCADE, null=True, related_name="findings")
    document = TenantForeignKey(Document, CASCADE, related_name="findings")
    text = TenantForeignKey(DocumentText, CASCADE, related_name="+")
    question = TenantForeignKey(Question, PROTECT, related_name="+")
    case_answer = TenantForeignKey(CaseAnswer, CASCADE, null=True, related_name="findings")  # it is a part of
    origin = CharField(max_length=10, choices=Origin, default=Origin.MACHINE)
    added_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    state = CharField(max_length=20, choices=MachineState)
    score = FloatField(
        null=True
    )  # 0 to 1: a calibrated chance, or likeness to a firm's own question without a head
    value = JSONField(null=True)  # typed by question.answer_type; null when nothing could be computed
    coverage = JSONField(
        default=dict
    )  # {"read", "total": characters, "miss_rate", "thorough", "thorough_recall"}
    nearest = JSONField(default=list)  # where no passage is offered: [{"start", "end", "score"}], no text
    usage = JSONField(default=dict)  # {"seconds", "tokens"}
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "run", "text", "question"],
                condition=Q(origin="machine"),
                name="findings_once_a_run",
            ),
            CheckConstraint(condition=Q(state__in=MachineState.values), name="findings_state"),
            CheckConstraint(
                condition=Q(origin="machine", run__isnull=False) | Q(origin="person", added_by__isnull=False),
                name="findings_origin",
            ),
        ]
        indexes = [
            Index(fields=["matter", "document", "question"], name="findings_by_cell"),
            Index(fields=["matter", "state"], name="findings_by_state"),
        ]

    @property
    def measure(self) -> Literal["chance", "likeness", "choice"]:
        """What its scores are: likeness, which is no chance, for a firm's own question that nothing was learned of.

        "choice" is how sure a language model was of its choice of words, which is no chance to be right either.
        """
        if self.run is not None and self.run.reader != "compact":
            return "choice"
        learned = self.run is not None and self.run.head_id is not None
        return "likeness" if self.question.is_own and not learned else "chance"


class Evidence(MatterModel):
    """A verbatim quote that supports a finding, pinned to its place in one immutable text."""

    finding = TenantForeignKey(Finding, CASCADE, related_name="evidence")
    text = TenantForeignKey(DocumentText, PROTECT, related_name="+")
    ordinal = PositiveIntegerField()
    start = PositiveIntegerField()  # code points in text.content; a trigger compares the quote
    end = PositiveIntegerField()
    quote = TextField()
    score = FloatField(null=True)
    is_quiet = BooleanField(default=True)  # shown first; the rest is folded under "possible"

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            CheckConstraint(condition=Q(end__gt=F("start")), name="findings_evidence_not_empty"),
            UniqueConstraint(
                fields=["organization", "matter", "finding", "ordinal"], name="findings_evidence_once"
            ),
        ]
        indexes = [Index(fields=["matter", "finding"], name="findings_evidence_by_finding")]


class Outcome(TextChoices):
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    EDITED = "edited", "Edited"
    VERIFIED = "verified", "Verified"
    UNDONE = "undone", "Undone"


class Disposition(MatterModel):
    """What a person decided about a finding. Only appended; an undo appends one that points back.

    `effective` is the decision that holds after this row (itself, an earlier one after an undo, or none);
    `supersedes` is the one that held before. The highest ordinal says how the finding stands.
    """

    finding = TenantForeignKey(Finding, CASCADE, related_name="dispositions")
    ordinal = PositiveIntegerField()
    outcome = CharField(max_length=10, choices=Outcome)
    review_state = CharField(max_length=10, choices=ReviewState)  # how the finding stands after this row
    effective = TenantForeignKey("self", PROTECT, null=True, related_name="+")
    supersedes = TenantForeignKey("self", PROTECT, null=True, related_name="+")
    carried_from = TenantForeignKey("self", PROTECT, null=True, related_name="+")
    decided_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    decided_at = DateTimeField(default=timezone.now)
    reason = CharField(max_length=1000, blank=True)
    value = JSONField(null=True)  # the edited value
    has_spans = BooleanField(default=False)  # whether the edit replaced the quotes by those below

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "finding", "ordinal"], name="findings_disposition_once"
            ),
            CheckConstraint(condition=Q(outcome__in=Outcome.values), name="findings_outcome"),
        ]
        indexes = [Index(fields=["matter", "finding", "-ordinal"], name="findings_latest_disposition")]


class DispositionEvidence(MatterModel):
    """A verbatim quote a person chose when editing a finding."""

    disposition = TenantForeignKey(Disposition, CASCADE, related_name="evidence")
    text = TenantForeignKey(DocumentText, PROTECT, related_name="+")
    ordinal = PositiveIntegerField()
    start = PositiveIntegerField()
    end = PositiveIntegerField()
    quote = TextField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            CheckConstraint(condition=Q(end__gt=F("start")), name="findings_chosen_not_empty"),
            UniqueConstraint(
                fields=["organization", "matter", "disposition", "ordinal"], name="findings_chosen_once"
            ),
        ]
