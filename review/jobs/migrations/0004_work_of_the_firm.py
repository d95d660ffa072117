import django.db.models.deletion
from django.db import migrations, models

from review.tenancy.operations import wall


class Migration(migrations.Migration):
    """Work may be of the firm as a whole: then it names no matter, and its job is let through no wall."""

    dependencies = [("jobs", "0003_work_on_a_matter"), ("matters", "0002_keep_apart")]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="matter",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="matters.matter",
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
                    ("fit_firm", "Learn a question from what several matters teach"),
                    ("sheet", "Read the rows of a spreadsheet"),
                    ("compare", "Compare a back-test with the findings"),
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveConstraint(model_name="job", name="jobs_job_once"),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                fields=("organization", "matter", "kind", "subject_id", "input_hash", "pipeline_version"),
                name="jobs_job_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("matter__isnull", False), models.Q(("kind__in", ("fit_firm",)), _negated=True)),
                    models.Q(
                        ("document__isnull", True), ("kind__in", ("fit_firm",)), ("matter__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="jobs_job_of_the_firm",
            ),
        ),
        migrations.RunSQL(
            [
                "DROP POLICY wall ON jobs_job",
                "CREATE POLICY wall ON jobs_job AS RESTRICTIVE FOR ALL TO app"
                f" USING ({wall('jobs_job.matter_id', nullable=True)})"
                f" WITH CHECK ({wall('jobs_job.matter_id', nullable=True)})",
            ],
            reverse_sql=[
                "DROP POLICY wall ON jobs_job",
                "CREATE POLICY wall ON jobs_job AS RESTRICTIVE FOR ALL TO app"
                f" USING ({wall('jobs_job.matter_id')}) WITH CHECK ({wall('jobs_job.matter_id')})",
            ],
        ),
    ]
