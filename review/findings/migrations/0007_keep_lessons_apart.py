from django.db import migrations

from review.tenancy.operations import KeepApart, KeepReferencesApart


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
    ]
