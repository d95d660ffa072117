from django.conf import settings
from django.db.models import (
    PROTECT,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKey,
    Index,
    JSONField,
    PositiveIntegerField,
    TextChoices,
    TextField,
    UniqueConstraint,
)

from review.tenancy.models import TenantModel


class AnswerType(TextChoices):
    """What the value of a firm's own question is; the clause types have further ones."""

    TEXT = "text", "Words of the document"
    YES_NO = "yes_no", "Yes or no"
    DATE = "date", "A date"
    DURATION = "duration", "A length of time"
    JURISDICTION = "jurisdiction", "A jurisdiction"


class Question(TenantModel):
    """A column of the grid: a clause type or a custom field, typed."""

    key = CharField(max_length=80)  # stable name in URLs and exports
    name = CharField(max_length=120)
    definition = TextField()
    answer_type = CharField(max_length=30)
    clause_type = CharField(
        max_length=80, blank=True
    )  # the reader's own name for it, empty for custom fields
    severity = CharField(max_length=20, blank=True)
    examples = JSONField(default=list)
    position = PositiveIntegerField()
    is_active = BooleanField(default=True)
    edition = PositiveIntegerField(default=1)  # counts changes of its words; an answer is to one edition
    changed_at = DateTimeField(null=True)  # when its words were changed last
    added_by = ForeignKey(
        settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+"
    )  # null: a clause type

    class Meta:
        ordering = ["position"]
        constraints = [UniqueConstraint(fields=["organization", "key"], name="playbooks_question_key")]
        indexes = [Index(fields=["organization", "position"], name="playbooks_by_position")]

    def __str__(self) -> str:
        return self.name

    @property
    def answer_words(self) -> str:
        """What its answer is, in words."""
        return dict(AnswerType.choices).get(self.answer_type, self.answer_type.replace("_", " ").capitalize())

    @property
    def is_own(self) -> bool:
        """Whether the firm wrote it, and no reader was trained on it."""
        return not self.clause_type
