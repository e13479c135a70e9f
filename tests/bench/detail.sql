-- The best single statement for a product page: the product, its images, options and variants.
\set id random(1, 9000)
SELECT p.id, p.handle, p.title, p.description_html, p.price_min_minor, p.price_max_minor, p.tags, i.rows, o.rows, v.rows
FROM products p
LEFT JOIN LATERAL (SELECT json_agg(json_build_array(m.url, m.alt, m.width, m.height) ORDER BY pm.position) AS rows
      FROM product_media pm JOIN media m ON m.id = pm.media_id WHERE pm.product_id = p.id) i ON true
LEFT JOIN LATERAL (SELECT json_agg(json_build_array(o.name, x.names) ORDER BY o.position) AS rows
      FROM product_options o, LATERAL (SELECT array_agg(name ORDER BY position) AS names
            FROM product_option_values WHERE option_id = o.id) x WHERE o.product_id = p.id) o ON true
LEFT JOIN LATERAL (SELECT json_agg(json_build_array(s.id, s.title, s.price_minor, s.value1_id, s.value2_id, l.available) ORDER BY s.position) AS rows
      FROM variants s LEFT JOIN inventory_levels l ON l.variant_id = s.id
      WHERE s.product_id = p.id AND s.deleted_at IS NULL) v ON true
WHERE p.id = :id AND p.status = 'active';
