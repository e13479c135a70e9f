DO $$
DECLARE
    noted text;
BEGIN
    FOREACH noted IN ARRAY ARRAY['refunds', 'order_cancellations'] LOOP
        EXECUTE format('DROP TRIGGER forbid_change ON %I', noted);
        EXECUTE format('DROP TRIGGER forbid_delete ON %I', noted);
        EXECUTE format('CREATE TRIGGER forbid_change BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION forbid_change()', noted);
    END LOOP;
END $$;
DROP FUNCTION export_person(text);
DROP FUNCTION erase_person(text, text);
DROP TABLE erasures;
DROP FUNCTION body_text(bytea);
DROP FUNCTION names_person(text, text[], text[], uuid[]);
DROP FUNCTION person_of(text);
-- The role may be of other databases, too, and stays.
