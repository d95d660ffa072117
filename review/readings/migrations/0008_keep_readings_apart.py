from django.db import migrations

from review.tenancy.operations import KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    """What is kept of a matter and its part of the key lie behind its wall; a key is never changed."""

    dependencies = [("readings", "0007_kept_readings"), ("readers", "0002_keep_apart")]

    operations = [
        KeepApart("KeptReading", privileges="SELECT, INSERT, UPDATE"),
        KeepApart("MatterReadingKey", privileges="SELECT, INSERT, DELETE"),
        KeepApart("ReadingShare", matter=None),
        KeepApart("ReadingBudget", matter=None, privileges="SELECT, INSERT, UPDATE"),
        KeepReferencesApart("KeptReading"),
        KeepReferencesApart("MatterReadingKey"),
    ]
