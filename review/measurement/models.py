from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BigIntegerField,
    BooleanField,
    CharField,
    CheckConstraint,
    DateTimeField,
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
from review.findings.models import Finding
from review.matters.models import MatterModel
from review.playbooks.models import Question
from review.tenancy.models import TenantForeignKey, TenantModel


class BackTestState(TextChoices):
    """How far a back-test has come."""

    READING = "reading", "Reading the spreadsheet"
    TO_MAP = "to_map", "Say what its columns are"
    COMPARING = "comparing", "Comparing"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class BackTest(MatterModel):
    """The spreadsheet that the people of a past review made, set against what the reader found in the same matter."""

    name = CharField(max_length=255)  # of the file, as delivered
    size = BigIntegerField()
    sha256 = CharField(max_length=64)
    blob_key = CharField(max_length=200)
    state = CharField(max_length=20, choices=BackTestState, default=BackTestState.READING)
    sentence = CharField(max_length=500, blank=True)  # why it was refused, or what to know about its cells
    uploaded_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=BackTestState.values), name="measurement_backtest_state")
        ]
        indexes = [Index(fields=["matter", "created_at"], name="measurement_by_matter")]

    def __str__(self) -> str:
        return self.name


class Sheet(MatterModel):
    """One sheet of the spreadsheet as text: rows of [number in the sheet, [cells]]."""

    backtest = TenantForeignKey(BackTest, CASCADE, related_name="sheets")
    ordinal = PositiveIntegerField()
    name = CharField(max_length=100, blank=True)
    width = PositiveIntegerField()  # columns
    last_row = PositiveIntegerField()  # its number
    head = JSONField()  # the first rows, enough to say what the columns are
    rows = JSONField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "backtest", "ordinal"], name="measurement_sheet_once"
            )
        ]


class BackTestRun(MatterModel):
    """One comparison of the spreadsheet with the findings: what its columns were said to be, by whom."""

    backtest = TenantForeignKey(BackTest, CASCADE, related_name="runs")
    ordinal = PositiveIntegerField()
    mapping = JSONField()  # mapping.Mapping as plain values
    started_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "backtest", "ordinal"], name="measurement_run_once"
            )
        ]


class Verdict(TextChoices):
    """How the reader and the people stand to each other about one document and question."""

    AGREE = "agree", "Agree"
    AGREE_NOTHING = "agree_nothing", "Agree that nothing is there"
    FOLDED = "folded", "Found, but folded away"
    LEFT_OPEN = "left_open", "Left open by the reader, nothing by the people"
    READER_MISSED = "reader_missed", "The reader missed it"
    PEOPLE_MISSED = "people_missed", "The people missed it"
    DIFFER = "differ", "They differ"
    NOT_COMPARABLE = "not_comparable", "Not comparable"


class Comparison(MatterModel):
    """What a row of the spreadsheet says about one question, beside what the reader said. Immutable.

    A row that names no document, and a document that no row names, are rows here too: nothing is lost.
    """

    run = TenantForeignKey(BackTestRun, CASCADE, related_name="comparisons")
    ordinal = PositiveIntegerField()
    named = CharField(max_length=500, blank=True)  # the document as the spreadsheet names it
    row_numbers = JSONField(default=list)  # in the sheet
    document = TenantForeignKey(Document, CASCADE, null=True, related_name="+")
    text = TenantForeignKey(DocumentText, CASCADE, null=True, related_name="+")
    question = TenantForeignKey(Question, PROTECT, null=True, related_name="+")
    finding = TenantForeignKey(Finding, CASCADE, null=True, related_name="+")
    verdict = CharField(max_length=20, choices=Verdict)
    reason = CharField(max_length=300, blank=True)  # why it cannot be compared
    people = TextField(blank=True)  # their words, as the cells have them
    suggested = JSONField(
        default=list
    )  # where those very words stand in the text: [[start, end]]; a suggestion
    matched = JSONField(default=list)  # ordinals of the finding's evidence that say the same

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "run", "ordinal"], name="measurement_comparison_once"
            ),
            CheckConstraint(condition=Q(verdict__in=Verdict.values), name="measurement_verdict"),
        ]
        indexes = [Index(fields=["matter", "run", "verdict"], name="measurement_by_verdict")]


class Ruling(TextChoices):
    """What a lawyer says of a disagreement."""

    READER = "reader", "The reader was right"
    PEOPLE = "people", "The people were right"
    BOTH = "both", "Both were right"
    UNDECIDED = "undecided", "Undecided"


class Adjudication(MatterModel):
    """A lawyer's word on one disagreement. Only appended; the highest ordinal holds."""

    comparison = TenantForeignKey(Comparison, CASCADE, related_name="adjudications")
    ordinal = PositiveIntegerField()
    ruling = CharField(max_length=10, choices=Ruling)
    note = CharField(max_length=1000, blank=True)
    decided_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    decided_at = DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "comparison", "ordinal"],
                name="measurement_adjudication_once",
            ),
            CheckConstraint(condition=Q(ruling__in=Ruling.values), name="measurement_ruling"),
        ]


class QuestionApproval(TenantModel):
    """A knowledge lawyer lets a question be used as one reader answers it, or takes that back. Only appended."""

    question = TenantForeignKey(Question, CASCADE, related_name="approvals")
    reader_fingerprint = CharField(max_length=128)
    words_hash = CharField(max_length=64)  # of the question's own words when it was decided
    is_approved = BooleanField()
    judged = PositiveIntegerField()  # cells that people had settled then
    figures = JSONField(default=dict)  # counts at that moment, no words of any document
    note = CharField(max_length=1000, blank=True)
    decided_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    decided_at = DateTimeField(default=timezone.now)

    class Meta:
        indexes = [Index(fields=["organization", "question", "decided_at"], name="measurement_approvals")]
