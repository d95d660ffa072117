from django.db import migrations

from review.tenancy.operations import KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    """What is kept of a text lies behind the wall of the text."""

    dependencies = [("findings", "0009_kept_vectors")]

    operations = [KeepApart("KeptVectors"), KeepReferencesApart("KeptVectors")]
