CREATE OR REPLACE FUNCTION refresh_product_summary(wanted bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE products p SET
        price_min_minor = s.price_min, price_max_minor = s.price_max,
        compare_at_min_minor = s.compare_min, compare_at_max_minor = s.compare_max
    FROM (
        SELECT w.id, coalesce(min(v.price_minor), 0) AS price_min, coalesce(max(v.price_minor), 0) AS price_max,
               min(v.compare_at_minor) AS compare_min, max(v.compare_at_minor) AS compare_max
        FROM unnest(wanted) AS w(id)
        LEFT JOIN variants v ON v.product_id = w.id AND v.deleted_at IS NULL
        GROUP BY w.id) s
    WHERE p.id = s.id
$$;
ALTER TABLE variants DROP COLUMN option_values;
ALTER TABLE products DROP COLUMN option_names, DROP COLUMN featured_media_id;
