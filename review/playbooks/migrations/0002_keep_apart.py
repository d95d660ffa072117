from django.db import migrations

from review.tenancy.operations import KeepApart


class Migration(migrations.Migration):
    dependencies = [("playbooks", "0001_initial"), ("tenancy", "0002_keep_apart")]

    operations = [
        KeepApart("Question", matter=None),
    ]
