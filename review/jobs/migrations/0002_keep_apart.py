from django.db import migrations

from review.tenancy.operations import KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("documents", "0002_keep_apart")]

    operations = [
        KeepApart("Job"),
        KeepReferencesApart("Job"),
        migrations.RunSQL(
            [
                # The dispatcher routes the jobs of all organizations and sees nothing else of them.
                "CREATE POLICY routing ON jobs_job AS PERMISSIVE FOR ALL TO dispatcher USING (true) WITH CHECK (true)",
                "GRANT SELECT (id, organization_id, matter_id, kind, state, priority, attempt, lease_until, not_before,"
                " hinted_at, settled, created_at) ON jobs_job TO dispatcher",
                "GRANT UPDATE (state, lease_token, lease_until, not_before, hinted_at, error, finished_at)"
                " ON jobs_job TO dispatcher",
            ],
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
