DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN
        SELECT t.tgname AS name, t.tgrelid::regclass AS of_table
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE p.proname = 'forbid_rewrite' AND NOT t.tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', kept.name, kept.of_table);
    END LOOP;
END $$;
DROP TRIGGER forbid_change ON events;
DROP FUNCTION forbid_rewrite();
DROP FUNCTION erased_snapshot(jsonb);
DROP FUNCTION erased_buyer(jsonb);
DROP FUNCTION erased_lines(jsonb);
DROP FUNCTION erased_attributes(jsonb);
DROP FUNCTION erased_address(jsonb);
DROP FUNCTION erased_text(text);
