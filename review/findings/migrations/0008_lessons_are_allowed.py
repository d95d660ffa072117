from django.db import migrations

# What was agreed must not change between this look and the commit of the lesson, so both rows are held.
GIVEN = """
CREATE FUNCTION findings_lesson_is_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM matters_matter
      WHERE id = NEW.source_id AND client_id = NEW.client_id AND may_teach AND ai_terms <> 'forbidden' FOR SHARE;
    IF FOUND THEN
        PERFORM 1 FROM matters_client
          WHERE id = NEW.client_id AND may_teach AND ai_terms <> 'forbidden' FOR SHARE;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the AI terms do not let this matter teach' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lesson_is_allowed BEFORE INSERT OR UPDATE ON findings_sharedlesson
    FOR EACH ROW EXECUTE FUNCTION findings_lesson_is_allowed();
"""

TAKEN_BACK = """
CREATE FUNCTION findings_lessons_are_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM findings_sharedlesson WHERE NEW.id IN (source_id, client_id)) THEN
        RAISE EXCEPTION 'a lesson is left that the AI terms no longer allow' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lessons_are_taken_back AFTER UPDATE ON matters_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT NEW.may_teach OR NEW.ai_terms = 'forbidden')
    EXECUTE FUNCTION findings_lessons_are_taken_back();
CREATE CONSTRAINT TRIGGER lessons_are_taken_back AFTER UPDATE ON matters_client
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT NEW.may_teach OR NEW.ai_terms = 'forbidden')
    EXECUTE FUNCTION findings_lessons_are_taken_back();
"""


class Migration(migrations.Migration):
    """The database itself refuses a lesson that client and matter do not allow, and terms that leave one behind."""

    dependencies = [("findings", "0007_keep_lessons_apart"), ("matters", "0003_decisions_may_teach")]

    operations = [
        migrations.RunSQL(
            GIVEN,
            reverse_sql="DROP TRIGGER lesson_is_allowed ON findings_sharedlesson;"
            " DROP FUNCTION findings_lesson_is_allowed();",
        ),
        migrations.RunSQL(
            TAKEN_BACK,
            reverse_sql="DROP TRIGGER lessons_are_taken_back ON matters_matter;"
            " DROP TRIGGER lessons_are_taken_back ON matters_client;"
            " DROP FUNCTION findings_lessons_are_taken_back();",
        ),
    ]
