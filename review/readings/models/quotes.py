"""The exact words that an answer stands on, and those that rules hold against it."""

from django.db.models import (
    CASCADE,
    BooleanField,
    CharField,
    CheckConstraint,
    F,
    FloatField,
    PositiveIntegerField,
    Q,
    TextChoices,
    TextField,
    UniqueConstraint,
)

from review.documents.models import DocumentText
from review.matters.models import MatterModel
from review.tenancy.models import TenantForeignKey

from .answers import CaseAnswer


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
