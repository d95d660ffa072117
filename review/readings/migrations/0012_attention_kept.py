from django.db import migrations, models


class Migration(migrations.Migration):
    """What a sparse reading of a case file kept of the attention."""

    dependencies = [("readings", "0011_tokens_in_memory")]

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
