from django.db import migrations, models


class Migration(migrations.Migration):
    """A matter's job that lets go of its readings in time."""

    dependencies = [
        ("jobs", "0006_try_readers"),
    ]

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
                    ("try_reader", "Try a server of the firm's out"),
                    ("tidy", "Let go of readings whose time is over"),
                ],
                max_length=20,
            ),
        ),
    ]
