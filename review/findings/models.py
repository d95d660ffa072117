from typing import Literal

from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BinaryField,
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
    UUIDField,
)
from django.utils import timezone

from review.documents.models import Document, DocumentText
from review.matters.models import Client, Matter, MatterModel
from review.playbooks.models import Question
from review.readings.models import CaseAnswer
from review.tenancy.models import TenantForeignKey, TenantModel


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


class KeptVectors(MatterModel):
    """What one reader need not make again of a text for the next question of the firm's own; goes with the text.

    Behind the same wall as the text it was made of, of which it says less. About 120 kB for a contract of 20 pages.
    """

    text = TenantForeignKey(DocumentText, CASCADE, related_name="+")
    made_by = CharField(max_length=128)  # the reader's fingerprint, so that another one makes its own
    vectors = BinaryField()  # float16 [segments, width]

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "matter", "text"], name="findings_vectors_once")
        ]


class SharedLesson(TenantModel):
    """What one matter teaches the firm of one question: vectors of judged passages and their labels, no words.

    It lies in the firm and not behind the matter's wall, so it is there only while the AI terms of matter and client
    allow it: a trigger refuses any other, and a policy whoever cannot see the matter. A newer one replaces it.
    """

    question = TenantForeignKey(Question, CASCADE, related_name="+")
    source = TenantForeignKey(Matter, CASCADE, related_name="+")
    client = TenantForeignKey(Client, CASCADE, related_name="+")
    edition = PositiveIntegerField()  # of the question's words
    asks = CharField(max_length=32)  # the reader's own hash of those words
    accepted = PositiveIntegerField()  # findings
    rejected = PositiveIntegerField()
    made_by = CharField(max_length=80)  # what made the vectors
    vectors = BinaryField()  # float16 [passages, dim]
    right = JSONField()  # [passages] booleans
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "question", "source"], name="findings_one_lesson")
        ]
        indexes = [
            Index(fields=["organization", "source"], name="findings_lesson_by_source"),
            Index(fields=["organization", "client"], name="findings_lesson_by_client"),
        ]


class FirmHead(TenantModel):
    """One attempt to learn a firm's own question from what several matters teach: the receipt, kept or not.

    The newest attempt holds, until a matter that taught it goes: then it is withdrawn and its content is gone.
    """

    question = TenantForeignKey(Question, CASCADE, related_name="+")
    edition = PositiveIntegerField()  # of the question's words
    sources = JSONField()  # ids of the matters that taught it
    accepted = PositiveIntegerField()
    rejected = PositiveIntegerField()
    right = PositiveIntegerField()  # different passages
    wrong = PositiveIntegerField()
    is_kept = BooleanField()
    reason = CharField(max_length=200)
    figures = JSONField(default=dict)  # as a matter's own head's, cross-validated over matters
    made_by = CharField(max_length=80)
    content = JSONField(
        null=True
    )  # the reader's own plain values; null when it was not kept, or is withdrawn
    created_at = DateTimeField(default=timezone.now)
    withdrawn_at = DateTimeField(null=True)

    class Meta:
        indexes = [Index(fields=["organization", "question", "created_at"], name="findings_firm_head_by_q")]


class Withdrawn(TextChoices):
    """Why a matter teaches no more."""

    DELETED = "deleted", "The matter was deleted"
    PERMISSION = "permission", "The permission to teach was withdrawn"
    FORBIDDEN = "forbidden", "Machine reading was forbidden"


class LessonWithdrawal(TenantModel):
    """The receipt of a lesson that was taken back: what went and when, the head that went with it, what came after."""

    question = TenantForeignKey(Question, CASCADE, related_name="+")
    matter_was = UUIDField()  # the matter itself may be gone
    why = CharField(max_length=20, choices=Withdrawn)
    accepted = PositiveIntegerField()
    rejected = PositiveIntegerField()
    passages = PositiveIntegerField()
    head = TenantForeignKey(
        FirmHead, PROTECT, null=True, related_name="+"
    )  # that was in use and is withdrawn
    replaced_by = TenantForeignKey(
        FirmHead, PROTECT, null=True, related_name="+"
    )  # the attempt from the rest
    withdrawn_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    withdrawn_at = DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            Index(fields=["organization", "question", "withdrawn_at"], name="findings_withdrawal_by_q")
        ]
        constraints = [CheckConstraint(condition=Q(why__in=Withdrawn.values), name="findings_withdrawal_why")]


class ReviewRun(MatterModel):
    """What one reader found in a matter when asked one question in one wording. The same recipe continues the same run.

    A recipe is the reader to its weights, the question to its words, and what the matter had learned of it.
    """

    recipe_hash = CharField(max_length=64)
    asked_hash = CharField(max_length=64, blank=True)  # the recipe without the reader
    edition = PositiveIntegerField(default=1)  # of the question's words
    head = TenantForeignKey(LearnedHead, CASCADE, null=True, related_name="+")
    firm_head = TenantForeignKey(
        FirmHead, PROTECT, null=True, related_name="+"
    )  # never beside the matter's own
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
        return "likeness" if self.question.is_own and not self._was_learned else "chance"

    @property
    def _was_learned(self) -> bool:
        return self.run is not None and (self.run.head_id or self.run.firm_head_id) is not None


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
