-- Called by flows::export_catalog: the next products in the order of their numbers, each with all that belongs to it.
-- $1 the number before, $2 how many at most, $3 the location whose shelf is counted.
SELECT p.id, jsonb_build_object(
    'handle', p.handle, 'title', p.title, 'description_html', p.description_html, 'vendor', p.vendor,
    'product_type', p.product_type, 'tags', p.tags, 'published', p.published_at IS NOT NULL, 'status', p.status,
    'is_gift_card', p.is_gift_card, 'seo_title', p.seo_title, 'seo_description', p.seo_description, 'carried', p.carried,
    'fields', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'namespace', f.namespace, 'key', f.key, 'kind', f.kind, 'value', f.value)), '[]')
        FROM metafields f WHERE f.product_id = p.id),
    'options', (SELECT coalesce(jsonb_agg(o.name ORDER BY o.position), '[]') FROM product_options o WHERE o.product_id = p.id),
    'images', (SELECT coalesce(jsonb_agg(jsonb_build_object('url', m.url, 'alt', m.alt) ORDER BY pm.position), '[]')
               FROM product_media pm JOIN media m ON m.id = pm.media_id WHERE pm.product_id = p.id AND NOT pm.by_file),
    'variants', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'values', array_remove(ARRAY[x1.name, x2.name, x3.name], NULL), 'sku', v.sku, 'barcode', v.barcode,
            'price_minor', v.price_minor, 'compare_at_minor', v.compare_at_minor, 'cost_minor', v.cost_minor,
            'image', m.url, 'requires_shipping', v.requires_shipping, 'taxable', v.taxable, 'grams', v.grams,
            'weight_unit', v.weight_unit, 'inventory_tracked', v.inventory_tracked,
            'inventory_policy', v.inventory_policy, 'on_hand', l.on_hand, 'carried', v.carried,
            'market_prices', (SELECT coalesce(jsonb_object_agg(mp.market_id,
                    jsonb_build_array(mp.price_minor, mp.compare_at_minor, mp.currency)), '{}')
                FROM market_prices mp WHERE mp.variant_id = v.id AND mp.minimum = 1)) ORDER BY v.position), '[]')
        FROM variants v
        LEFT JOIN product_option_values x1 ON x1.id = v.value1_id
        LEFT JOIN product_option_values x2 ON x2.id = v.value2_id
        LEFT JOIN product_option_values x3 ON x3.id = v.value3_id
        LEFT JOIN media m ON m.id = v.media_id
        LEFT JOIN inventory_levels l ON l.variant_id = v.id AND l.location_id = $3
        WHERE v.product_id = p.id AND v.deleted_at IS NULL)
    )
FROM products p WHERE p.id > $1 ORDER BY p.id LIMIT $2
