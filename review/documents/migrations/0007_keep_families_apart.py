from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    dependencies = [("documents", "0006_families")]

    operations = [
        KeepApart("DocumentOpening", privileges=APPEND_ONLY),
        KeepApart("FamilyTie", privileges=APPEND_ONLY),
        KeepReferencesApart("DocumentOpening"),
        KeepReferencesApart("FamilyTie"),
    ]
