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
)
from django.utils import timezone

from review.matters.models import MatterModel
from review.tenancy.models import TenantForeignKey


class Bundle(MatterModel):
    """One delivery of files."""

    name = CharField(max_length=200)
    source = CharField(max_length=20, default="upload")  # upload, command, api
    delivered_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        indexes = [Index(fields=["matter", "created_at"], name="documents_bundle_by_matter")]


class DocumentState(TextChoices):
    """Where a file is on its way from bytes to characters. All but the first three are final."""

    RECEIVING = "receiving", "Receiving"
    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    READY = "ready", "Ready"
    UNPACKED = "unpacked", "Unpacked"
    NEEDS_PASSWORD = "needs_password", "Needs a password"
    NEEDS_OCR = "needs_ocr", "Needs OCR"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def is_final(self) -> bool:
        return self not in {DocumentState.RECEIVING, DocumentState.PENDING, DocumentState.RUNNING}

    @property
    def is_problem(self) -> bool:
        return self in {
            DocumentState.NEEDS_PASSWORD,
            DocumentState.NEEDS_OCR,
            DocumentState.REFUSED,
            DocumentState.FAILED,
        }


class ReadingState(TextChoices):
    """How far the machine's reading of a document has come."""

    NONE = "none", "Not due"
    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    READ = "read", "Read"
    NOT_READABLE = "not_readable", "Not readable by this reader"
    FORBIDDEN = "forbidden", "Forbidden by AI terms"
    FAILED = "failed", "Failed"


class Document(MatterModel):
    """One file of a bundle, whatever became of it: the count in equals the count out."""

    bundle = TenantForeignKey(Bundle, CASCADE, related_name="documents")
    parent = TenantForeignKey("self", CASCADE, null=True, related_name="children")  # its archive or mail
    duplicate_of = TenantForeignKey("self", PROTECT, null=True, related_name="duplicates")
    path = CharField(max_length=1000)  # as delivered, display only; never a path on our disk
    name = CharField(max_length=255)
    kind = CharField(max_length=20, blank=True)  # pdf, docx, txt, eml, zip ... once sniffed
    size = BigIntegerField(default=0)  # bytes
    sha256 = CharField(max_length=64, blank=True)
    blob_key = CharField(max_length=200, blank=True)
    state = CharField(max_length=20, choices=DocumentState, default=DocumentState.PENDING)
    cause = CharField(max_length=40, blank=True)  # a code
    sentence = CharField(max_length=500, blank=True)  # the same in words
    page_count = PositiveIntegerField(null=True)
    language = CharField(max_length=8, blank=True)  # ISO 639-1, empty when unsure
    banner = JSONField(default=dict)  # facts to show on top: tracked changes, pages without text
    text = TenantForeignKey("DocumentText", PROTECT, null=True, related_name="+")  # the current one
    reading = CharField(max_length=20, choices=ReadingState, default=ReadingState.NONE)
    reading_sentence = CharField(max_length=500, blank=True)
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            Index(fields=["matter", "path"], name="documents_by_path"),
            Index(fields=["bundle", "state"], name="documents_by_state"),
            Index(fields=["matter", "sha256"], name="documents_by_hash"),
        ]
        constraints = [
            CheckConstraint(condition=Q(state__in=DocumentState.values), name="documents_state"),
            CheckConstraint(condition=Q(reading__in=ReadingState.values), name="documents_reading"),
        ]

    def __str__(self) -> str:
        return self.name


class DocumentText(MatterModel):
    """The characters of a document as one pipeline read them. Immutable: reading again makes another."""

    document = TenantForeignKey(Document, CASCADE, related_name="texts")
    pipeline_version = PositiveIntegerField()
    sha256 = CharField(max_length=64)  # of the content in UTF-8
    content = TextField()
    original_content = TextField(null=True)  # with tracked changes undone, where there are any
    view_blob_key = CharField(max_length=200)  # the PDF that is shown: the file itself, or one made from it
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "document", "pipeline_version", "sha256"],
                name="documents_text_once",
            )
        ]


class Page(MatterModel):
    """One page of a text: its characters, its size, and the box of every word in one compact blob."""

    text = TenantForeignKey(DocumentText, CASCADE, related_name="pages")
    number = PositiveIntegerField()  # from 1
    start = PositiveIntegerField()  # code points in text.content
    end = PositiveIntegerField()
    width = FloatField()  # PDF points, as displayed
    height = FloatField()
    rotation = PositiveIntegerField(default=0)
    character_map = BinaryField()
    ocr_score = FloatField(null=True)  # 0 to 100; null where the file had text

    class Meta:
        ordering = ["number"]
        constraints = [
            UniqueConstraint(fields=["organization", "matter", "text", "number"], name="documents_page_once"),
            CheckConstraint(condition=Q(end__gte=F("start")), name="documents_page_range"),
        ]


class WarningKind(TextChoices):
    """Why a passage is warned of: a person would not see it, or it speaks to a machine."""

    HIDDEN = "hidden", "Hidden text"
    WHITE = "white", "White text"
    TINY = "tiny", "Tiny text"
    OFF_PAGE = "off_page", "Outside the page"
    ADDRESSES_MACHINE = "addresses_machine", "Addresses a machine"


class DocumentWarning(MatterModel):
    """A passage that tries to reach a reader past the people: found at intake, immutable, judged by a person.

    Words that stand in no text (outside a page, hidden in a Word file) have no range and are not read by any reader.
    """

    document = TenantForeignKey(Document, CASCADE, related_name="warnings")
    text = TenantForeignKey(DocumentText, CASCADE, related_name="warnings")
    kind = CharField(max_length=20, choices=WarningKind)
    page = PositiveIntegerField()  # from 1; 0 where that is not known
    start = PositiveIntegerField(null=True)  # code points in text.content; a trigger compares the quote
    end = PositiveIntegerField(null=True)
    quote = TextField()
    cue = CharField(max_length=80, blank=True)  # what gave it away
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["page", "start", "id"]
        indexes = [
            Index(fields=["matter", "document"], name="documents_warning_by_document"),
            Index(fields=["matter", "text"], name="documents_warning_by_text"),
        ]
        constraints = [
            CheckConstraint(condition=Q(kind__in=WarningKind.values), name="documents_warning_kind"),
            CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, end__gt=F("start")),
                name="documents_warning_range",
            ),
        ]


class Judgement(TextChoices):
    """What a person says of a warning."""

    HARMLESS = "harmless", "Harmless"
    SUSPICIOUS = "suspicious", "Suspicious"
    UNDONE = "undone", "Undone"


class WarningDecision(MatterModel):
    """What a person said of a warning. Only appended; the highest ordinal says how the warning stands.

    `effective` is the decision that holds after this row (itself, an earlier one after an undo, or none);
    `supersedes` is the one that held before.
    """

    warning = TenantForeignKey(DocumentWarning, CASCADE, related_name="decisions")
    ordinal = PositiveIntegerField()
    judgement = CharField(max_length=12, choices=Judgement)
    effective = TenantForeignKey("self", PROTECT, null=True, related_name="+")
    supersedes = TenantForeignKey("self", PROTECT, null=True, related_name="+")
    decided_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    decided_at = DateTimeField(default=timezone.now)
    note = CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "warning", "ordinal"], name="documents_judged_once"
            ),
            CheckConstraint(condition=Q(judgement__in=Judgement.values), name="documents_judgement"),
        ]
        indexes = [Index(fields=["matter", "warning", "-ordinal"], name="documents_latest_judgement")]


class DocumentOpening(MatterModel):
    """What the opening of a text says it is, as the engine's door told it. Immutable; other rules make another."""

    text = TenantForeignKey(DocumentText, CASCADE, related_name="openings")
    rules = PositiveIntegerField()
    hangs = BooleanField()  # calls itself an instrument that hangs on another
    described = JSONField()

    class Meta:
        indexes = [Index(fields=["matter", "rules", "hangs"], name="documents_opening_by_matter")]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "text", "rules"], name="documents_opening_once"
            )
        ]


class TieWord(TextChoices):
    """What is said of a document and its family: by the rule the first three, by a person the others."""

    SURE = "sure", "Sure"
    LIKELY = "likely", "Likely"
    APART = "apart", "No longer"
    JOINED = "joined", "Joined"
    PARTED = "parted", "Parted"
    UNDONE = "undone", "Undone"


class FamilyTie(MatterModel):
    """What is said of the document that another hangs on. Only appended.

    What a person said holds before what the rule says. `effective` is the word of a person that holds after this
    row, `supersedes` the one before; both are empty in rows of the rule.
    """

    document = TenantForeignKey(Document, CASCADE, related_name="ties")
    master = TenantForeignKey(Document, CASCADE, null=True, related_name="+")
    ordinal = PositiveIntegerField()
    said = CharField(max_length=8, choices=TieWord)
    reason = CharField(max_length=500, blank=True)
    effective = TenantForeignKey("self", PROTECT, null=True, related_name="+")
    supersedes = TenantForeignKey("self", PROTECT, null=True, related_name="+")
    said_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    said_at = DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "document", "ordinal"], name="documents_tie_once"
            ),
            CheckConstraint(condition=Q(said__in=TieWord.values), name="documents_tie_word"),
            CheckConstraint(
                condition=Q(said__in=["sure", "likely", "joined"], master__isnull=False)
                | Q(said__in=["apart", "parted", "undone"], master__isnull=True),
                name="documents_tie_master",
            ),
            CheckConstraint(
                condition=Q(said__in=["sure", "likely", "apart"], said_by__isnull=True)
                | Q(said__in=["joined", "parted", "undone"], said_by__isnull=False),
                name="documents_tie_said_by",
            ),
            CheckConstraint(
                condition=Q(master__isnull=True) | ~Q(master=F("document")), name="documents_tie_two"
            ),
        ]
        indexes = [Index(fields=["matter", "document", "-ordinal"], name="documents_latest_tie")]


class PageImage(MatterModel):
    """A page drawn once, kept by (text, page, dpi, renderer)."""

    text = TenantForeignKey(DocumentText, CASCADE, related_name="images")
    number = PositiveIntegerField()
    dpi = PositiveIntegerField()
    renderer = CharField(max_length=40)
    media_type = CharField(max_length=40)
    blob_key = CharField(max_length=200)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "text", "number", "dpi", "renderer"],
                name="documents_image_once",
            )
        ]
