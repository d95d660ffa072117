from django.db import migrations, models


class Migration(migrations.Migration):
    """A case file of a run counts how often in a row its reader's server was not there for it."""

    dependencies = [("readings", "0005_keep_doubts_apart")]

    operations = [
        migrations.AddField(
            model_name="casepart",
            name="waits",
            field=models.PositiveIntegerField(db_default=0, default=0),
        )
    ]
