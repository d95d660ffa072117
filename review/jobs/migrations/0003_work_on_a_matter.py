import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Work may be about a matter as a whole: then it names no document."""

    dependencies = [("jobs", "0002_keep_apart")]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="jobs",
                to="documents.document",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("parse", "Unpack a file or read its characters"),
                    ("read", "Answer the questions about a document"),
                    ("render", "Draw pages"),
                    ("fit_head", "Learn a question from a matter's decisions"),
                    ("sheet", "Read the rows of a spreadsheet"),
                    ("compare", "Compare a back-test with the findings"),
                ],
                max_length=20,
            ),
        ),
    ]
