from django.db.models import (
    BooleanField,
    CharField,
    Index,
    JSONField,
    PositiveIntegerField,
    TextField,
    UniqueConstraint,
)

from review.tenancy.models import TenantModel


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

    class Meta:
        ordering = ["position"]
        constraints = [UniqueConstraint(fields=["organization", "key"], name="playbooks_question_key")]
        indexes = [Index(fields=["organization", "position"], name="playbooks_by_position")]

    def __str__(self) -> str:
        return self.name
