from django.db import migrations

EXACT = """
CREATE FUNCTION readings_quote_is_exact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source text;
BEGIN
    SELECT substring(text.content FROM NEW.start + 1 FOR NEW."end" - NEW.start) INTO source
      FROM documents_documenttext text WHERE text.id = NEW.text_id
       AND EXISTS (SELECT 1 FROM readings_caseanswer answer
                     JOIN readings_casefiletext place ON place.case_file_id = answer.case_file_id
                    WHERE answer.id = NEW.answer_id AND place.text_id = NEW.text_id);
    -- substring() stops at the end of the text without complaint, so the length is compared too.
    IF source IS DISTINCT FROM NEW.quote OR char_length(NEW.quote) <> NEW."end" - NEW.start THEN
        RAISE EXCEPTION 'the quote does not equal the case file at its offsets' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quote_is_exact BEFORE INSERT OR UPDATE ON readings_casequote
    FOR EACH ROW EXECUTE FUNCTION readings_quote_is_exact();
"""

SUPPORTED = """
CREATE FUNCTION readings_found_has_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM readings_casequote WHERE answer_id = NEW.id AND role = 'evidence') THEN
        RAISE EXCEPTION 'an answer without evidence cannot be stored as found' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER found_has_evidence AFTER INSERT OR UPDATE ON readings_caseanswer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'found')
    EXECUTE FUNCTION readings_found_has_evidence();
"""


class Migration(migrations.Migration):
    """The database refuses a quote that is not in its case file to the letter, and an answer found without one."""

    dependencies = [("readings", "0002_keep_apart")]

    operations = [
        migrations.RunSQL(
            EXACT,
            reverse_sql="DROP TRIGGER quote_is_exact ON readings_casequote; DROP FUNCTION readings_quote_is_exact();",
        ),
        migrations.RunSQL(
            SUPPORTED,
            reverse_sql="DROP TRIGGER found_has_evidence ON readings_caseanswer;"
            " DROP FUNCTION readings_found_has_evidence();",
        ),
    ]
