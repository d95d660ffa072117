from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BigIntegerField,
    BinaryField,
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
