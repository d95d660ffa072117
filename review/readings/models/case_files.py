"""Which texts of a matter are read together."""

from django.db.models import (
    CASCADE,
    BigIntegerField,
    CharField,
    DateTimeField,
    PositiveIntegerField,
    UniqueConstraint,
)
from django.utils import timezone

from review.documents.models import DocumentText
from review.matters.models import MatterModel
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
