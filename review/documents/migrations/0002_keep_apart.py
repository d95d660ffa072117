from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("matters", "0002_keep_apart")]

    operations = [
        KeepApart("Bundle"),
        KeepApart("Document"),
        KeepApart("DocumentText", privileges=APPEND_ONLY),
        KeepApart("Page", privileges=APPEND_ONLY),
        KeepApart("PageImage", privileges=APPEND_ONLY),
        KeepReferencesApart("Bundle"),
        KeepReferencesApart("Document"),
        KeepReferencesApart("DocumentText"),
        KeepReferencesApart("Page"),
        KeepReferencesApart("PageImage"),
    ]
