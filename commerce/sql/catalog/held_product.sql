-- Called by catalog::store::product: what the shop has of the product with the handle $1, which is locked, for a file that
-- does not say everything of it.
SELECT p.id, jsonb_build_object(
    'options', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', o.name, 'values',
            (SELECT coalesce(jsonb_agg(x.name ORDER BY x.position), '[]') FROM product_option_values x WHERE x.option_id = o.id))
        ORDER BY o.position), '[]') FROM product_options o WHERE o.product_id = p.id),
    'variants', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'values', array_remove(ARRAY[x1.name, x2.name, x3.name], NULL), 'sku', v.sku) ORDER BY v.position, v.id), '[]')
        FROM variants v
        LEFT JOIN product_option_values x1 ON x1.id = v.value1_id
        LEFT JOIN product_option_values x2 ON x2.id = v.value2_id
        LEFT JOIN product_option_values x3 ON x3.id = v.value3_id
        WHERE v.product_id = p.id AND v.deleted_at IS NULL))
FROM products p WHERE p.handle = $1
FOR NO KEY UPDATE OF p
