from django.db import migrations, models


class Migration(migrations.Migration):
    """Trying a server out is work of the firm as a whole."""

    dependencies = [
        ("documents", "0005_warnings_are_exact"),
        ("jobs", "0005_case_files"),
        ("matters", "0003_decisions_may_teach"),
        ("tenancy", "0002_keep_apart"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="job",
            name="jobs_job_of_the_firm",
        ),
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
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("matter__isnull", False),
                        models.Q(("kind__in", ("fit_firm", "try_reader")), _negated=True),
                    ),
                    models.Q(
                        ("document__isnull", True),
                        ("kind__in", ("fit_firm", "try_reader")),
                        ("matter__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="jobs_job_of_the_firm",
            ),
        ),
    ]
