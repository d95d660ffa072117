from django.db import migrations, models


class Migration(migrations.Migration):
    """What a sparse reading of a case file kept of the attention."""

    dependencies = [("readings", "0012_reading_nobody_paid_for")]

    operations = [
        migrations.AddField(
            model_name="casepart",
            name="attention_least",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="casepart",
            name="attention_heads",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="casepart",
            name="attention_dense",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
