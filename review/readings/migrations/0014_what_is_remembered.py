from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether what was gone through of a case file is on the disk; of parts from before this nobody knows."""

    dependencies = [("readings", "0013_attention_kept")]

    operations = [
        migrations.AddField(
            model_name="casepart",
            name="is_remembered",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
