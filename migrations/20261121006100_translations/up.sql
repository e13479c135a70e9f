-- The shop's words in other languages than its own, one row for each thing and language.
CREATE TABLE translations (
    kind text NOT NULL CHECK (kind IN ('product', 'collection', 'page', 'policy', 'blog', 'article')),
    language text NOT NULL CHECK (language ~ '^[A-Z]{2}(_[A-Z]{2})?$'),
    resource_id bigint NOT NULL,
    -- title, html, text, seo_title, seo_description; what is missing is shown in the shop's own language.
    fields jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
    PRIMARY KEY (kind, language, resource_id)
);

-- What is gone has no words in any language.
CREATE FUNCTION drop_translations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM translations WHERE kind = TG_ARGV[0] AND resource_id = OLD.id;
    RETURN OLD;
END $$;

DO $$
DECLARE
    owner text[];
BEGIN
    FOREACH owner SLICE 1 IN ARRAY ARRAY[['products', 'product'], ['collections', 'collection'], ['pages', 'page'],
        ['shop_policies', 'policy'], ['blogs', 'blog'], ['articles', 'article']] LOOP
        EXECUTE format('CREATE TRIGGER drop_translations AFTER DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION drop_translations(%L)', owner[1], owner[2]);
    END LOOP;
END $$;

-- Whoever keeps answers is told what changed.
CREATE TRIGGER touch_on_insert AFTER INSERT ON translations
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('shop');
CREATE TRIGGER touch_on_update AFTER UPDATE ON translations
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('shop');
CREATE TRIGGER touch_on_delete AFTER DELETE ON translations
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('shop');
CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON translations
    FOR EACH STATEMENT EXECUTE FUNCTION touch_everything();
