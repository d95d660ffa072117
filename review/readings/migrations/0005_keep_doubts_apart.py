from django.db import migrations

from review.tenancy.operations import APPEND_ONLY, KeepApart, KeepReferencesApart


class Migration(migrations.Migration):
    """Doubts lie behind their matter's wall, only grow, and hold the words that raised them to the letter."""

    dependencies = [("readings", "0004_support_and_doubts"), ("documents", "0002_keep_apart")]

    operations = [
        KeepApart("CaseDoubt", privileges=APPEND_ONLY),
        KeepReferencesApart("CaseDoubt"),
        migrations.RunSQL(
            "CREATE TRIGGER doubt_is_exact BEFORE INSERT OR UPDATE ON readings_casedoubt"
            " FOR EACH ROW EXECUTE FUNCTION readings_quote_is_exact()",
            reverse_sql="DROP TRIGGER doubt_is_exact ON readings_casedoubt",
        ),
    ]
