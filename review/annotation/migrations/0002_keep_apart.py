from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    dependencies = [("annotation", "0001_initial"), ("findings", "0002_keep_apart")]

    operations = [
        KeepApart("Comment", privileges=APPEND_ONLY),
        KeepApart("Flag", privileges="SELECT, INSERT, DELETE"),
        KeepReferencesApart("Comment"),
        KeepReferencesApart("Flag"),
    ]
