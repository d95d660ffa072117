from django.db import migrations

EXACT = """
CREATE FUNCTION documents_warning_is_exact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source text;
BEGIN
    SELECT substring(content FROM NEW.start + 1 FOR NEW."end" - NEW.start) INTO source
      FROM documents_documenttext WHERE id = NEW.text_id AND document_id = NEW.document_id;
    -- substring() stops at the end of the text without complaint, so the length is compared too.
    IF source IS DISTINCT FROM NEW.quote OR char_length(NEW.quote) <> NEW."end" - NEW.start THEN
        RAISE EXCEPTION 'the quote does not equal the text at its offsets' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER warning_is_exact BEFORE INSERT OR UPDATE ON documents_documentwarning
    FOR EACH ROW WHEN (NEW.start IS NOT NULL) EXECUTE FUNCTION documents_warning_is_exact();
"""


class Migration(migrations.Migration):
    """The database itself refuses a warning whose quote differs from its source."""

    dependencies = [("documents", "0004_keep_warnings_apart")]

    operations = [
        migrations.RunSQL(
            EXACT,
            reverse_sql="DROP TRIGGER warning_is_exact ON documents_documentwarning;"
            " DROP FUNCTION documents_warning_is_exact();",
        )
    ]
