from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, USER, KeepApart


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        KeepApart(
            "Membership",
            matter=None,
            readable_by=f"user_id = {USER}",  # organizations are listed before one is chosen
        ),
        KeepApart(
            "Organization",
            matter=None,
            tenant="id",
            privileges="SELECT, INSERT, UPDATE",  # closing a firm is an operator's work
            readable_by=f"id IN (SELECT own.organization_id FROM tenancy_membership own WHERE own.user_id = {USER})",
        ),
        KeepApart("ApiToken", matter=None),
        # The wall of the audit trail needs the membership table: review/matters/migrations/0002.
        KeepApart("AuditEvent", matter=None, privileges=APPEND_ONLY),
    ]
