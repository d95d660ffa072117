from typing import ClassVar

from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BigIntegerField,
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

from review.documents.models import DocumentText
from review.matters.models import MatterModel
from review.playbooks.models import Question
from review.readers.models import ReaderProfile
from review.tenancy.models import TenantForeignKey, TenantModel


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
    tokens_restored = PositiveIntegerField(default=0, db_default=0)  # from disk, that other runs had read
    prefill_seconds = FloatField(default=0)
    restore_seconds = FloatField(default=0, db_default=0)
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


class Place(TextChoices):
    """Where a reading is that was kept."""

    DEVICE = "device", "In a reader's memory"
    MEMORY = "memory", "Waiting in a reader's main memory"
    DISK = "disk", "On disk, sealed"
    GONE = "gone", "Not kept"

    @property
    def is_in_memory(self) -> bool:
        return self in {Place.DEVICE, Place.MEMORY}


class WhyMoved(TextChoices):
    """Why a reading left where it was; none of them names another matter."""

    NOTHING = "", "It has not moved"
    ROOM = "room", "It made room for another reading."
    SMALLER = "smaller", "The firm lets readings take less memory now."
    CLOSED = "closed", "The worker closed this reader."
    LIFETIME = "lifetime", "It was kept as long as the firm keeps readings."
    BUDGET = "budget", "The firm's disk budget was full, and this reading was used longest ago."
    PERSON = "person", "Somebody let go of it."
    FORBIDDEN = "forbidden", "The AI terms forbid machine reading."
    CHANGED = "changed", "The reader was changed, and reads otherwise now."
    STOPPED = "stopped", "The worker that held it in memory stopped."
    DAMAGED = "damaged", "What was saved of it did not open, so it was read again."
    TROUBLE = "trouble", "It could not be saved."

    @property
    def is_of_the_disk(self) -> bool:
        """Whether it says why a reading is not on the disk, whatever holds it in memory."""
        return self in {WhyMoved.BUDGET, WhyMoved.TROUBLE}

    @property
    def is_a_decision(self) -> bool:
        """Whether it was wanted gone, so that a worker that has it in hand does not bring it back."""
        return self in {WhyMoved.PERSON, WhyMoved.FORBIDDEN, WhyMoved.CHANGED, WhyMoved.LIFETIME}


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


class MatterReadingKey(MatterModel):
    """A matter's part of the key that seals its readings; without it no copy of them opens, on no backup either."""

    LENGTH: ClassVar[int] = 32
    secret = BinaryField()
    made_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "matter"], name="readings_one_key")]


class WorkerMemory(TenantModel):
    """What one worker holds of a firm's readings in memory, as it said last: sums over matters that name none."""

    worker = CharField(max_length=120)
    readings = PositiveIntegerField()
    device_bytes = BigIntegerField()
    memory_bytes = BigIntegerField()
    held_until = DateTimeField()  # unless it says so again

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "worker"], name="readings_memory_once")]
