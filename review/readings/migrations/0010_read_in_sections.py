from django.db import migrations, models


class Migration(migrations.Migration):
    """Case files longer than the window are read in sections, with what each answer rests on; a run may go across."""

    dependencies = [("readings", "0009_worker_memory")]

    operations = [
        migrations.AddField(
            model_name="caserun",
            name="is_across",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="casepart",
            name="in_sections",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="caseanswer",
            name="covered",
            field=models.JSONField(null=True),
        ),
    ]
