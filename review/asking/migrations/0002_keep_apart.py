from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    """Who asked what lies behind the matter's wall, and only grows."""

    dependencies = [("asking", "0001_initial"), ("readings", "0002_keep_apart")]

    operations = [KeepApart("Inquiry", privileges=APPEND_ONLY), KeepReferencesApart("Inquiry")]
