from django.db import migrations, models


class Migration(migrations.Migration):
    """A case file of a run keeps what its reading took that no answer has paid for, and the price of that."""

    dependencies = [("readings", "0011_tokens_in_memory")]

    operations = [
        migrations.AddField(
            model_name="casepart",
            name="unpaid_seconds",
            field=models.FloatField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="casepart",
            name="price_minor",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="casepart",
            name="currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
    ]
