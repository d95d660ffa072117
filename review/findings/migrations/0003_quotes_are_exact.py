from django.db import migrations

EXACT = """
CREATE FUNCTION findings_quote_is_exact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source text;
BEGIN
    SELECT substring(content FROM NEW.start + 1 FOR NEW."end" - NEW.start) INTO source
      FROM documents_documenttext WHERE id = NEW.text_id;
    -- substring() stops at the end of the text without complaint, so the length is compared too.
    IF source IS DISTINCT FROM NEW.quote OR char_length(NEW.quote) <> NEW."end" - NEW.start THEN
        RAISE EXCEPTION 'the quote does not equal the text at its offsets' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quote_is_exact BEFORE INSERT OR UPDATE ON findings_evidence
    FOR EACH ROW EXECUTE FUNCTION findings_quote_is_exact();
CREATE TRIGGER quote_is_exact BEFORE INSERT OR UPDATE ON findings_dispositionevidence
    FOR EACH ROW EXECUTE FUNCTION findings_quote_is_exact();
"""

SUPPORTED = """
CREATE FUNCTION findings_found_has_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM findings_evidence WHERE finding_id = NEW.id AND text_id = NEW.text_id) THEN
        RAISE EXCEPTION 'a finding without evidence cannot be stored as found' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER found_has_evidence AFTER INSERT OR UPDATE ON findings_finding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'found')
    EXECUTE FUNCTION findings_found_has_evidence();
"""


class Migration(migrations.Migration):
    """The database itself refuses a quote that differs from its source, and a finding that has none."""

    dependencies = [("findings", "0002_keep_apart")]

    operations = [
        migrations.RunSQL(
            EXACT,
            reverse_sql="DROP TRIGGER quote_is_exact ON findings_evidence;"
            " DROP TRIGGER quote_is_exact ON findings_dispositionevidence; DROP FUNCTION findings_quote_is_exact();",
        ),
        migrations.RunSQL(
            SUPPORTED,
            reverse_sql="DROP TRIGGER found_has_evidence ON findings_finding;"
            " DROP FUNCTION findings_found_has_evidence();",
        ),
    ]
