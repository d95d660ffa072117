from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0001_initial"),
        ("documents", "0002_keep_apart"),
        ("playbooks", "0002_keep_apart"),
    ]

    operations = [
        KeepApart("ReviewRun", privileges=APPEND_ONLY),
        KeepApart("Finding", privileges=APPEND_ONLY),
        KeepApart("Evidence", privileges=APPEND_ONLY),
        KeepApart("Disposition", privileges=APPEND_ONLY),
        KeepApart("DispositionEvidence", privileges=APPEND_ONLY),
        KeepReferencesApart("ReviewRun"),
        KeepReferencesApart("Finding"),
        KeepReferencesApart("Evidence"),
        KeepReferencesApart("Disposition"),
        KeepReferencesApart("DispositionEvidence"),
    ]
