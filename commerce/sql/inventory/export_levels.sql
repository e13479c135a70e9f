-- Called by inventory::levels: the variants whose stock is counted, after the one with the number $1, $2 of them, each with what
-- lies where.
SELECT v.id, jsonb_build_object(
    'handle', p.handle, 'title', p.title, 'sku', v.sku,
    'options', (SELECT coalesce(jsonb_agg(o.name ORDER BY o.position), '[]') FROM product_options o WHERE o.product_id = p.id),
    'values', array_remove(ARRAY[x1.name, x2.name, x3.name], NULL),
    'levels', (SELECT coalesce(jsonb_agg(jsonb_build_object('location', c.name, 'level', CASE WHEN l.variant_id IS NOT NULL
            THEN jsonb_build_array(l.incoming, l.unavailable, l.reserved + l.committed,
                l.on_hand - l.unavailable - l.reserved - l.committed, l.on_hand) END) ORDER BY c.priority, c.id), '[]')
        FROM locations c LEFT JOIN inventory_levels l ON l.location_id = c.id AND l.variant_id = v.id
        WHERE c.active OR l.variant_id IS NOT NULL))
FROM variants v
JOIN products p ON p.id = v.product_id
LEFT JOIN product_option_values x1 ON x1.id = v.value1_id
LEFT JOIN product_option_values x2 ON x2.id = v.value2_id
LEFT JOIN product_option_values x3 ON x3.id = v.value3_id
WHERE v.id > $1 AND v.deleted_at IS NULL AND v.inventory_tracked
ORDER BY v.id LIMIT $2
