from django.db import migrations

AS_IT_IS = """
ALTER TABLE documents_documenttext ALTER COLUMN content SET STORAGE {0};
ALTER TABLE documents_documenttext ALTER COLUMN original_content SET STORAGE {0};
ALTER TABLE documents_page ALTER COLUMN character_map SET STORAGE {0};
"""


class Migration(migrations.Migration):
    """Texts and character maps are no longer packed by the database: that cost more than storing them.

    Holds for rows written from now on, so it takes no time on a filled table; rows from before stay packed and readable.
    """

    dependencies = [("documents", "0007_keep_families_apart")]

    operations = [migrations.RunSQL(AS_IT_IS.format("EXTERNAL"), reverse_sql=AS_IT_IS.format("EXTENDED"))]
