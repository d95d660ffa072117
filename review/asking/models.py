from django.conf import settings
from django.db.models import CASCADE, PROTECT, DateTimeField, ForeignKey, Index, UniqueConstraint
from django.utils import timezone

from review.matters.models import MatterModel
from review.readings.models import CaseRun
from review.tenancy.models import TenantForeignKey


class Inquiry(MatterModel):
    """Somebody asked a matter a question in their own words. Only appended; how it stands, its run knows."""

    run = TenantForeignKey(CaseRun, CASCADE, related_name="+")  # it has the words
    asked_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    asked_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "matter", "run"], name="asking_once_a_run")]
        indexes = [Index(fields=["matter", "asked_at"], name="asking_by_matter")]

    @property
    def words(self) -> str:
        return str(self.run.words)
