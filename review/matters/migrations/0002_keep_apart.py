from django.db import migrations

from review.tenancy.operations import KeepApart, KeepReferencesApart, wall


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial"), ("tenancy", "0002_keep_apart")]

    operations = [
        KeepApart("Client", matter=None),
        KeepApart("MatterMember", matter=None),
        KeepApart("MatterExclusion", matter=None),
        KeepApart("Matter", matter="id"),
        KeepReferencesApart("MatterMember"),
        KeepReferencesApart("MatterExclusion"),
        KeepReferencesApart("Matter"),
        migrations.RunSQL(
            "CREATE POLICY wall ON tenancy_auditevent AS RESTRICTIVE FOR SELECT TO app USING "
            + wall("tenancy_auditevent.matter_id", nullable=True),
            reverse_sql="DROP POLICY wall ON tenancy_auditevent",
        ),
    ]
