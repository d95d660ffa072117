from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    """Profiles belong to a firm and are never deleted; what a matter chose lies behind its wall."""

    dependencies = [
        ("readers", "0001_initial"),
        ("matters", "0002_keep_apart"),
        ("tenancy", "0002_keep_apart"),
    ]

    operations = [
        KeepApart("ReaderProfile", matter=None, privileges="SELECT, INSERT, UPDATE"),
        KeepApart("Acceptance", matter=None, privileges=APPEND_ONLY),
        KeepApart("MeasuredPace", matter=None, privileges=APPEND_ONLY),
        KeepApart("MatterReader"),
        KeepReferencesApart("Acceptance"),
        KeepReferencesApart("MeasuredPace"),
        KeepReferencesApart("MatterReader"),
    ]
