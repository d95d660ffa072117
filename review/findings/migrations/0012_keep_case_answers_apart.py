from django.db import migrations

from review.tenancy.operations import KeepReferencesApart


class Migration(migrations.Migration):
    dependencies = [("findings", "0011_answers_of_case_files"), ("readings", "0002_keep_apart")]

    operations = [KeepReferencesApart("Finding", "case_answer")]
