DROP TRIGGER learn_words ON articles;
DROP TRIGGER learn_words ON pages;
DROP TRIGGER learn_words ON collections;
DROP FUNCTION learn_of_row();
ALTER TABLE articles DROP COLUMN search;
ALTER TABLE articles ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', title), 'A')
    || setweight(to_tsvector('simple', words_of(tags)), 'C')
    || setweight(to_tsvector('simple', coalesce(excerpt, '') || ' ' || content), 'D')) STORED;
CREATE INDEX articles_search ON articles USING gin (search);
ALTER TABLE pages DROP COLUMN search;
ALTER TABLE collections DROP COLUMN search;
DROP TRIGGER stock_gone ON inventory_levels;
DROP TRIGGER stock_turned ON inventory_levels;
DROP TRIGGER stock_added ON inventory_levels;
DROP FUNCTION stock_added();
DROP FUNCTION stock_turned();
DROP TRIGGER index_products_on_delete ON metafields;
DROP TRIGGER index_products_on_update ON metafields;
DROP TRIGGER index_products_on_insert ON metafields;
DROP FUNCTION index_products_of_metafields();
DROP TRIGGER products_index ON products;
DROP FUNCTION index_product();
DROP FUNCTION short_values(text, text);
CREATE OR REPLACE FUNCTION refresh_product_summary(wanted bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    product bigint;
BEGIN
    FOREACH product IN ARRAY wanted LOOP
        UPDATE variants v SET option_values = s.names
        FROM (
            SELECT v.id, array_remove(ARRAY[
                (SELECT name FROM product_option_values WHERE id = v.value1_id),
                (SELECT name FROM product_option_values WHERE id = v.value2_id),
                (SELECT name FROM product_option_values WHERE id = v.value3_id)], NULL) AS names
            FROM variants v WHERE v.product_id = product) s
        WHERE v.id = s.id AND v.product_id = product AND v.option_values <> s.names;

        UPDATE products p SET
            price_min_minor = s.price_min, price_max_minor = s.price_max,
            compare_at_min_minor = s.compare_min, compare_at_max_minor = s.compare_max,
            option_names = ARRAY(SELECT name FROM product_options WHERE product_id = product ORDER BY position),
            featured_media_id = (
                SELECT pm.media_id FROM product_media pm JOIN media m ON m.id = pm.media_id
                WHERE pm.product_id = product AND m.kind = 'image' ORDER BY pm.position LIMIT 1)
        FROM (
            SELECT coalesce(min(v.price_minor), 0) AS price_min, coalesce(max(v.price_minor), 0) AS price_max,
                   min(v.compare_at_minor) AS compare_min, max(v.compare_at_minor) AS compare_max
            FROM variants v WHERE v.product_id = product AND v.deleted_at IS NULL) s
        WHERE p.id = product;
    END LOOP;
END $$;
DROP FUNCTION refresh_product_offers(bigint);
DROP TABLE product_offers;
DROP INDEX products_search;
ALTER TABLE products DROP COLUMN search, DROP COLUMN names, DROP COLUMN facets;
ALTER TABLE products ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', title), 'A')
    || setweight(to_tsvector('simple', vendor || ' ' || product_type), 'B')
    || setweight(to_tsvector('simple', words_of(tags)), 'C')
    || setweight(to_tsvector('simple', description), 'D')) STORED;
CREATE INDEX products_search ON products USING gin (search);
DROP FUNCTION facet_ids(text[], text[], text[]);
DROP TABLE facet_values;
DROP FUNCTION learn_words(tsvector, tsvector);
DROP TABLE lexicon;
DROP FUNCTION misspelt(text);
DROP FUNCTION stem_of(text);
DROP FUNCTION without_markup(text);
DROP FUNCTION plain(text);
