-- The same summary, product by product: a plan for one id uses the indexes whether or not the tables
-- have been analysed, as during a first import; PL/pgSQL keeps it for the session.
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
