from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    """Everything of a case file lies behind its matter's wall; only how far a part is may change."""

    dependencies = [
        ("readings", "0001_initial"),
        ("documents", "0002_keep_apart"),
        ("matters", "0002_keep_apart"),
        ("playbooks", "0002_keep_apart"),
        ("readers", "0002_keep_apart"),
    ]

    operations = [
        KeepApart("CaseFile", privileges=APPEND_ONLY),
        KeepApart("CaseFileText", privileges=APPEND_ONLY),
        KeepApart("CaseRun", privileges=APPEND_ONLY),
        KeepApart("CasePart", privileges="SELECT, INSERT, UPDATE"),
        KeepApart("CaseAnswer", privileges=APPEND_ONLY),
        KeepApart("CaseQuote", privileges=APPEND_ONLY),
        KeepReferencesApart("CaseFile"),
        KeepReferencesApart("CaseFileText"),
        KeepReferencesApart("CaseRun"),
        KeepReferencesApart("CasePart"),
        KeepReferencesApart("CaseAnswer"),
        KeepReferencesApart("CaseQuote"),
    ]
