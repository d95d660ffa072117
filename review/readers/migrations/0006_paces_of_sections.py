from django.db import migrations, models


class Migration(migrations.Migration):
    """How fast documents were gone through that are read in sections, and how long answers took that rest on those."""

    dependencies = [("readers", "0005_sparse")]

    operations = [
        migrations.AddField(
            model_name="measuredpace",
            name="gone_through",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="measuredpace",
            name="gone_through_seconds",
            field=models.FloatField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="measuredpace",
            name="section_answers",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="measuredpace",
            name="section_tokens",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="measuredpace",
            name="section_seconds",
            field=models.FloatField(db_default=0, default=0),
        ),
    ]
