from django.db.models import (
    CASCADE,
    BooleanField,
    CharField,
    CheckConstraint,
    DateTimeField,
    Index,
    PositiveIntegerField,
    Q,
    TextChoices,
    UniqueConstraint,
    UUIDField,
)
from django.utils import timezone

from review.documents.models import Document
from review.matters.models import Matter
from review.tenancy.models import TenantForeignKey, TenantModel


class JobKind(TextChoices):
    """What a worker does, and by its task name which queue it waits in."""

    PARSE = "parse", "Unpack a file or read its characters"
    READ = "read", "Answer the questions about a document"
    RENDER = "render", "Draw pages"
    READ_CASE = "read_case", "Put columns to a case file"
    INQUIRE = "inquire", "Put a person's question to a case file"
    FIT_HEAD = "fit_head", "Learn a question from a matter's decisions"
    FIT_FIRM = "fit_firm", "Learn a question from what several matters teach"
    SHEET = "sheet", "Read the rows of a spreadsheet"
    COMPARE = "compare", "Compare a back-test with the findings"
    TRY_READER = "try_reader", "Try a server of the firm's out"
    TIDY = "tidy", "Let go of readings whose time is over"


TASKS = {
    JobKind.PARSE: ("review.intake.tasks.parse_task", "cpu"),
    JobKind.RENDER: ("review.intake.tasks.render_task", "cpu"),
    JobKind.READ: ("review.findings.tasks.read_task", "reader"),
    JobKind.READ_CASE: ("review.findings.tasks.read_case_task", "reader"),
    JobKind.INQUIRE: ("review.asking.tasks.inquire_task", "reader"),
    JobKind.FIT_HEAD: ("review.findings.tasks.fit_head_task", "reader"),
    JobKind.FIT_FIRM: ("review.findings.tasks.fit_firm_task", "reader"),
    JobKind.SHEET: ("review.measurement.tasks.sheet_task", "cpu"),
    JobKind.COMPARE: ("review.measurement.tasks.compare_task", "cpu"),
    JobKind.TRY_READER: ("review.readings.tasks.try_reader_task", "cpu"),
    JobKind.TIDY: ("review.readings.tasks.tidy_task", "cpu"),
}


OF_THE_FIRM = (
    JobKind.FIT_FIRM,
    JobKind.TRY_READER,
)  # these lie behind no matter's wall, and are let through none


class JobState(TextChoices):
    QUEUED = "queued", "Queued"
    LEASED = "leased", "Running"
    DONE = "done", "Done"
    FAILED_RETRYABLE = "failed-retryable", "Waiting to try again"
    QUARANTINED = "quarantined", "Quarantined"
    CANCELLED = "cancelled", "Cancelled"


class Job(TenantModel):
    """One piece of work, unique on what it makes. Every change of state is a compare-and-set.

    It lies behind the wall of its matter; work of the firm as a whole has none, and sees nothing behind any.
    """

    matter = TenantForeignKey(Matter, CASCADE, null=True, related_name="+")
    document = TenantForeignKey(Document, CASCADE, null=True, related_name="jobs")  # none: of the matter
    kind = CharField(max_length=20, choices=JobKind)
    subject_id = (
        UUIDField()
    )  # what it works on: the document, one of its texts, a question, or what a room keeps
    input_hash = CharField(max_length=64)
    pipeline_version = PositiveIntegerField(default=1)
    state = CharField(max_length=20, choices=JobState, default=JobState.QUEUED)
    priority = PositiveIntegerField(default=5)  # smaller goes first
    attempt = PositiveIntegerField(default=0)  # counted at the claim, so that a kill counts
    lease_token = UUIDField(null=True)
    lease_until = DateTimeField(null=True)
    not_before = DateTimeField(null=True)
    hinted_at = DateTimeField(null=True)  # when the dispatcher last sent a message
    settled = BooleanField(default=False)  # a quarantined job whose document has been told
    error = CharField(max_length=500, blank=True)  # a cause in words, never text of a document
    progress_done = PositiveIntegerField(default=0)
    progress_total = PositiveIntegerField(default=0)
    created_at = DateTimeField(default=timezone.now)
    finished_at = DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "kind", "subject_id", "input_hash", "pipeline_version"],
                nulls_distinct=False,
                name="jobs_job_once",
            ),
            CheckConstraint(
                condition=Q(matter__isnull=False) & ~Q(kind__in=OF_THE_FIRM)
                | Q(matter__isnull=True, document__isnull=True, kind__in=OF_THE_FIRM),
                name="jobs_job_of_the_firm",
            ),
            CheckConstraint(condition=Q(state__in=JobState.values), name="jobs_job_state"),
        ]
        indexes = [
            Index(fields=["matter", "kind", "state"], name="jobs_by_matter"),
            Index(fields=["state", "priority", "created_at"], name="jobs_due"),
        ]
