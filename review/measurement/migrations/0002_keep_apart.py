from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    dependencies = [
        ("measurement", "0001_initial"),
        ("documents", "0002_keep_apart"),
        ("findings", "0002_keep_apart"),
        ("matters", "0002_keep_apart"),
        ("playbooks", "0002_keep_apart"),
    ]

    operations = [
        KeepApart("BackTest", privileges="SELECT, INSERT, UPDATE"),
        KeepApart("Sheet", privileges=APPEND_ONLY),
        KeepApart("BackTestRun", privileges=APPEND_ONLY),
        KeepApart("Comparison", privileges=APPEND_ONLY),
        KeepApart("Adjudication", privileges=APPEND_ONLY),
        KeepApart("QuestionApproval", matter=None, privileges=APPEND_ONLY),
        KeepReferencesApart("BackTest"),
        KeepReferencesApart("Sheet"),
        KeepReferencesApart("BackTestRun"),
        KeepReferencesApart("Comparison"),
        KeepReferencesApart("Adjudication"),
        KeepReferencesApart("QuestionApproval"),
    ]
