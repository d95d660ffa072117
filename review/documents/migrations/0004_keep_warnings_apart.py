from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_warnings")]

    operations = [
        KeepApart("DocumentWarning", privileges=APPEND_ONLY),
        KeepApart("WarningDecision", privileges=APPEND_ONLY),
        KeepReferencesApart("DocumentWarning"),
        KeepReferencesApart("WarningDecision"),
    ]
