from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BooleanField,
    CharField,
    CheckConstraint,
    DateField,
    DateTimeField,
    ForeignKey,
    Index,
    Q,
    TextChoices,
    TextField,
    UniqueConstraint,
)
from django.utils import timezone

from review.tenancy.models import TenantForeignKey, TenantModel


class AiTerms(TextChoices):
    """What was agreed about machine reading, from freest to strictest."""

    ALLOWED = "allowed", "Allowed"
    COMPACT_ONLY = "compact_only", "Compact reader only"
    FORBIDDEN = "forbidden", "Forbidden"

    @property
    def strictness(self) -> int:
        return list(AiTerms).index(self)


class Client(TenantModel):
    """Whom the firm acts for."""

    name = CharField(max_length=200)
    number = CharField(max_length=40)
    ai_terms = CharField(max_length=20, choices=AiTerms, default=AiTerms.ALLOWED)
    ai_terms_recorded_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    ai_terms_recorded_at = DateTimeField(null=True)
    may_teach = BooleanField(default=False)  # decisions may teach the firm's other matters
    may_teach_recorded_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    may_teach_recorded_at = DateTimeField(null=True)
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "number"], name="matters_client_number"),
            CheckConstraint(condition=Q(ai_terms__in=AiTerms.values), name="matters_client_ai_terms"),
        ]

    def __str__(self) -> str:
        return self.name


class Side(TextChoices):
    BUYER = "buyer", "Buyer"
    SELLER = "seller", "Seller"
    TARGET = "target", "Target"
    LENDER = "lender", "Lender"
    BORROWER = "borrower", "Borrower"
    OTHER = "other", "Other"


class Structure(TextChoices):
    SHARE = "share", "Share purchase"
    ASSET = "asset", "Asset purchase"
    MERGER = "merger", "Merger"
    FINANCING = "financing", "Financing"
    PORTFOLIO = "portfolio", "Portfolio review"
    OTHER = "other", "Other"


class Matter(TenantModel):
    """One piece of work for one client, with its brief. Only people on it see that it exists."""

    client = TenantForeignKey(Client, PROTECT, related_name="matters")
    name = CharField(max_length=200)
    number = CharField("client-matter number", max_length=60)
    side = CharField("client side", max_length=20, choices=Side, blank=True)
    structure = CharField("deal structure", max_length=20, choices=Structure, blank=True)
    signing_on = DateField("signing", null=True, blank=True)
    closing_on = DateField("closing", null=True, blank=True)
    materiality = CharField(max_length=200, blank=True)
    scope = TextField(blank=True)
    ai_terms = CharField("AI terms", max_length=20, choices=AiTerms, default=AiTerms.ALLOWED)
    ai_terms_recorded_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    ai_terms_recorded_at = DateTimeField(null=True)
    may_teach = BooleanField(default=False)  # as the client's; only where both allow it
    may_teach_recorded_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    may_teach_recorded_at = DateTimeField(null=True)
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        # Not unique: the same number behind a wall would tell a stranger that the matter exists.
        indexes = [Index(fields=["organization", "number"], name="matters_matter_number")]
        constraints = [
            CheckConstraint(condition=Q(ai_terms__in=AiTerms.values), name="matters_matter_ai_terms")
        ]

    def __str__(self) -> str:
        return self.name


class MatterRole(TextChoices):
    LEAD = "lead", "Matter lead"
    REVIEWER = "reviewer", "Reviewer"
    READ_ONLY = "read_only", "Read only"
    GUEST_UPLOADER = "guest_uploader", "Guest uploader"


class MatterMember(TenantModel):
    """A person is on a matter. The wall of every table below reads this one, so it carries the tenant policy only."""

    matter = TenantForeignKey(Matter, CASCADE, related_name="members")
    user = ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="+")
    role = CharField(max_length=20, choices=MatterRole)
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "matter", "user"], name="matters_member_once"),
            CheckConstraint(condition=Q(role__in=MatterRole.values), name="matters_member_role"),
        ]
        indexes = [Index(fields=["user", "matter"], name="matters_member_by_user")]


class MatterExclusion(TenantModel):
    """A person is kept from a matter whatever else says otherwise, administrators included."""

    matter = TenantForeignKey(Matter, CASCADE, related_name="exclusions")
    user = ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="+")
    reason = CharField(max_length=300, blank=True)
    recorded_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "matter", "user"], name="matters_exclusion_once")
        ]
        indexes = [Index(fields=["user", "matter"], name="matters_exclusion_by_user")]


class MatterModel(TenantModel):
    """A row behind a matter's wall."""

    matter = TenantForeignKey(Matter, CASCADE, related_name="+")

    class Meta:
        abstract = True
