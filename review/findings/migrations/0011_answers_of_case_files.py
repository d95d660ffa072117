import django.db.models.deletion
from django.db import migrations, models

STATES = ["found", "not_found", "unclear", "unsupported", "not_readable", "failed"]


class Migration(migrations.Migration):
    """A finding may be what an answer about a whole case file says of one text, and may be unsupported."""

    dependencies = [("findings", "0010_keep_vectors_apart"), ("readings", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="case_answer",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="findings",
                to="readings.caseanswer",
            ),
        ),
        migrations.AlterField(
            model_name="finding",
            name="state",
            field=models.CharField(
                choices=[
                    ("found", "Found"),
                    ("not_found", "Not found"),
                    ("unclear", "Unclear"),
                    ("unsupported", "Unsupported"),
                    ("not_readable", "Not readable by this reader"),
                    ("failed", "Failed"),
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveConstraint(model_name="finding", name="findings_state"),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", STATES)), name="findings_state"
            ),
        ),
    ]
