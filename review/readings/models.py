from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BigIntegerField,
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

from review.documents.models import DocumentText
from review.matters.models import MatterModel
from review.playbooks.models import Question
from review.readers.models import ReaderProfile
from review.tenancy.models import TenantForeignKey


class CaseFile(MatterModel):
    """Texts of one matter that are read together, in reading order. Immutable: other texts make another."""

    key = CharField(max_length=64)  # of its texts in their order
    name = CharField(max_length=255)
    documents = PositiveIntegerField()
    characters = BigIntegerField()
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "matter", "key"], name="readings_case_once")]

    def __str__(self) -> str:
        return self.name


class CaseFileText(MatterModel):
    """A text's place in a case file."""

    case_file = TenantForeignKey(CaseFile, CASCADE, related_name="texts")
    text = TenantForeignKey(DocumentText, CASCADE, related_name="+")
    ordinal = PositiveIntegerField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "case_file", "ordinal"], name="readings_place_once"
            )
        ]


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
    prefill_seconds = FloatField(default=0)
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

    Seconds are a device's: those of deciding this answer, and its share of reading the case file.
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
    prefill_seconds = FloatField(default=0)
    decode_tokens = PositiveIntegerField(default=0)
    seconds = FloatField(default=0)
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


class Role(TextChoices):
    EVIDENCE = "evidence", "Supports the answer"
    PREMISE = "premise", "The value is computed from it"


class CaseQuote(MatterModel):
    """A verbatim quote of an answer about a case file, in any of its texts; a trigger compares it."""

    answer = TenantForeignKey(CaseAnswer, CASCADE, related_name="quotes")
    text = TenantForeignKey(DocumentText, CASCADE, related_name="+")
    ordinal = PositiveIntegerField()
    role = CharField(max_length=10, choices=Role)
    start = PositiveIntegerField()  # code points in text.content
    end = PositiveIntegerField()
    quote = TextField()
    score = FloatField(null=True)  # the chance the model gave its choice; null where a server tells none

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "answer", "ordinal"], name="readings_quote_once"
            ),
            CheckConstraint(condition=Q(end__gt=F("start")), name="readings_quote_not_empty"),
            CheckConstraint(condition=Q(role__in=Role.values), name="readings_quote_role"),
        ]


class CaseDoubt(MatterModel):
    """What a rule holds against a quote of an answer: a sentence of ours, and the exact words that raised it.

    The trigger of quotes compares these words too.
    """

    answer = TenantForeignKey(CaseAnswer, CASCADE, related_name="doubts")
    text = TenantForeignKey(DocumentText, CASCADE, related_name="+")
    ordinal = PositiveIntegerField()
    kind = CharField(max_length=20)
    sentence = CharField(max_length=500)  # holds no words of a document
    is_decisive = BooleanField()  # it alone keeps an answer from being found
    start = PositiveIntegerField()  # code points in text.content
    end = PositiveIntegerField()
    quote = TextField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "answer", "ordinal"], name="readings_doubt_once"
            ),
            CheckConstraint(condition=Q(end__gt=F("start")), name="readings_doubt_not_empty"),
        ]
