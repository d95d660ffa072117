from django.db import migrations

from review.tenancy.operations import KeepApart, KeepReferencesApart, wall


class Migration(migrations.Migration):
    """What matters teach lies in the firm: a lesson is given or taken back, a head is never deleted."""

    dependencies = [("findings", "0006_what_matters_teach")]

    operations = [
        KeepApart("SharedLesson", matter=None, privileges="SELECT, INSERT, DELETE"),
        KeepApart("FirmHead", matter=None, privileges="SELECT, INSERT, UPDATE"),
        KeepApart("LessonWithdrawal", matter=None, privileges="SELECT, INSERT, UPDATE"),
        KeepReferencesApart("SharedLesson"),
        KeepReferencesApart("FirmHead"),
        KeepReferencesApart("LessonWithdrawal"),
        KeepReferencesApart("ReviewRun", "firm_head"),
        # It lies in the firm, and is given by those alone whom the wall of its matter lets through.
        migrations.RunSQL(
            "CREATE POLICY wall ON findings_sharedlesson AS RESTRICTIVE FOR INSERT TO app WITH CHECK "
            + wall("findings_sharedlesson.source_id"),
            reverse_sql="DROP POLICY wall ON findings_sharedlesson",
        ),
    ]
