from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    """What a matter has learned lies behind its wall, and only grows."""

    dependencies = [("findings", "0004_learned_heads"), ("playbooks", "0003_questions_of_the_firms_own")]

    operations = [
        KeepApart("LearnedHead", privileges=APPEND_ONLY),
        KeepReferencesApart("LearnedHead"),
        KeepReferencesApart("ReviewRun", "head"),
    ]
