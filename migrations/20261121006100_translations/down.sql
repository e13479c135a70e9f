DO $$
DECLARE
    owner text;
BEGIN
    FOREACH owner IN ARRAY ARRAY['products', 'collections', 'pages', 'shop_policies', 'blogs', 'articles'] LOOP
        EXECUTE format('DROP TRIGGER drop_translations ON %I', owner);
    END LOOP;
END $$;
DROP FUNCTION drop_translations;
DROP TABLE translations;
