CREATE OR REPLACE FUNCTION refresh_product_summary(wanted bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE variants v SET option_values = s.names
    FROM (
        SELECT v.id, array_remove(ARRAY[v1.name, v2.name, v3.name], NULL) AS names
        FROM variants v
        LEFT JOIN product_option_values v1 ON v1.id = v.value1_id
        LEFT JOIN product_option_values v2 ON v2.id = v.value2_id
        LEFT JOIN product_option_values v3 ON v3.id = v.value3_id
        WHERE v.product_id = ANY (wanted)) s
    WHERE v.id = s.id AND v.option_values <> s.names;

    UPDATE products p SET
        price_min_minor = s.price_min, price_max_minor = s.price_max,
        compare_at_min_minor = s.compare_min, compare_at_max_minor = s.compare_max,
        option_names = ARRAY(SELECT name FROM product_options WHERE product_id = p.id ORDER BY position),
        featured_media_id = (
            SELECT pm.media_id FROM product_media pm JOIN media m ON m.id = pm.media_id
            WHERE pm.product_id = p.id AND m.kind = 'image' ORDER BY pm.position LIMIT 1)
    FROM (
        SELECT w.id, coalesce(min(v.price_minor), 0) AS price_min, coalesce(max(v.price_minor), 0) AS price_max,
               min(v.compare_at_minor) AS compare_min, max(v.compare_at_minor) AS compare_max
        FROM unnest(wanted) AS w(id)
        LEFT JOIN variants v ON v.product_id = w.id AND v.deleted_at IS NULL
        GROUP BY w.id) s
    WHERE p.id = s.id
$$;
