from django.db import migrations, models


class Migration(migrations.Migration):
    """Work on whole case files."""

    dependencies = [("jobs", "0004_work_of_the_firm")]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("parse", "Unpack a file or read its characters"),
                    ("read", "Answer the questions about a document"),
                    ("render", "Draw pages"),
                    ("read_case", "Put columns to a case file"),
                    ("inquire", "Put a person's question to a case file"),
                    ("fit_head", "Learn a question from a matter's decisions"),
                    ("fit_firm", "Learn a question from what several matters teach"),
                    ("sheet", "Read the rows of a spreadsheet"),
                    ("compare", "Compare a back-test with the findings"),
                ],
                max_length=20,
            ),
        )
    ]
