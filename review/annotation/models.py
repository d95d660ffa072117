from django.conf import settings
from django.db.models import CASCADE, PROTECT, DateTimeField, ForeignKey, Index, TextField, UniqueConstraint
from django.utils import timezone

from review.findings.models import Finding
from review.matters.models import MatterModel
from review.tenancy.models import TenantForeignKey


class Comment(MatterModel):
    """A remark beside a finding, for the people on the matter."""

    finding = TenantForeignKey(Finding, CASCADE, related_name="comments")
    author = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    body = TextField()
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at"]
        indexes = [Index(fields=["matter", "finding"], name="annotation_comments")]


class Flag(MatterModel):
    """A finding somebody wants another look at."""

    finding = TenantForeignKey(Finding, CASCADE, related_name="flags")
    raised_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "matter", "finding", "raised_by"], name="annotation_flag_once"
            )
        ]
