from django.db import migrations, models


class Migration(migrations.Migration):
    """How much of a reading is in memory, which from its first token on says that it is there."""

    dependencies = [("readings", "0010_read_in_sections")]

    operations = [
        migrations.AddField(
            model_name="keptreading",
            name="read_tokens",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
