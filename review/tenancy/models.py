from typing import Any

from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    CharField,
    CheckConstraint,
    DateTimeField,
    ForeignKey,
    Index,
    JSONField,
    Model,
    Q,
    TextChoices,
    UniqueConstraint,
    UUIDField,
)
from django.utils import timezone

from review.ids import uuid7


class TenantForeignKey(ForeignKey):  # type: ignore[type-arg]  # the stubs take parameters, Django does not
    """A reference inside one organization: the database holds a composite key instead of Django's single one."""

    def __init__(self, to: Any, on_delete: Any, **named: Any) -> None:
        named.setdefault("db_constraint", False)
        super().__init__(to, on_delete, **named)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        # Migrations import nothing of ours: there it is a plain ForeignKey without a constraint.
        name, _path, positional, named = super().deconstruct()
        return name, "django.db.models.ForeignKey", positional, named


class Organization(Model):
    """A firm: the tenant."""

    id = UUIDField(primary_key=True, default=uuid7, editable=False)
    name = CharField(max_length=200)
    created_at = DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class TenantModel(Model):
    """A row of one organization. Row-level security is added by the migration that makes the table."""

    id = UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = ForeignKey(Organization, PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Role(TextChoices):
    """What a person is in the firm; what they may do on a matter is its own role."""

    ADMINISTRATOR = "administrator", "Administrator"
    MEMBER = "member", "Member"
    GUEST = "guest", "Guest"


class Membership(TenantModel):
    """A person belongs to an organization. Its owner may read it before choosing the organization."""

    user = ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="memberships")
    role = CharField(max_length=20, choices=Role, default=Role.MEMBER)
    created_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "user"], name="tenancy_membership_once"),
            CheckConstraint(condition=Q(role__in=Role.values), name="tenancy_membership_role"),
        ]


class Scope(TextChoices):
    READ = "read", "Read"
    WRITE = "write", "Read and write"


class ApiToken(TenantModel):
    """A key for programs: bound to one organization and one person; only its hash is stored."""

    user = ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name="+")
    name = CharField(max_length=100)
    key_hash = CharField(max_length=64)
    scope = CharField(max_length=10, choices=Scope, default=Scope.WRITE)
    created_at = DateTimeField(default=timezone.now)
    expires_at = DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "key_hash"], name="tenancy_apitoken_key")]


class AuditEvent(TenantModel):
    """Who did what to what, in the transaction that did it. Rows are only ever added."""

    matter_id = UUIDField(null=True)
    actor = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    action = CharField(max_length=80)
    subject_kind = CharField(max_length=60)
    subject_id = UUIDField(null=True)
    at = DateTimeField(default=timezone.now)
    detail = JSONField(default=dict)

    class Meta:
        indexes = [Index(fields=["organization", "matter_id", "at"], name="tenancy_audit_by_matter")]
