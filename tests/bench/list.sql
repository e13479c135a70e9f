-- The best single statement for the product list: 24 products with image, 5 variants each with price and options.
\set after random(1, 9000)
SELECT p.id, p.handle, p.title, p.price_min_minor, i.url, i.alt, i.width, i.height, v.rows
FROM (SELECT id, handle, title, price_min_minor FROM products
      WHERE status = 'active' AND published_at IS NOT NULL AND published_at <= now() AND id > :after
      ORDER BY id LIMIT 24) p
LEFT JOIN LATERAL (SELECT m.url, m.alt, m.width, m.height FROM product_media pm JOIN media m ON m.id = pm.media_id
      WHERE pm.product_id = p.id ORDER BY pm.position LIMIT 1) i ON true
LEFT JOIN LATERAL (SELECT json_agg(json_build_array(s.id, s.title, s.price_minor, s.currency, v1.name, v2.name)) AS rows
      FROM (SELECT id, title, price_minor, currency, value1_id, value2_id FROM variants
            WHERE product_id = p.id AND deleted_at IS NULL ORDER BY position, id LIMIT 5) s
      LEFT JOIN product_option_values v1 ON v1.id = s.value1_id
      LEFT JOIN product_option_values v2 ON v2.id = s.value2_id) v ON true
ORDER BY p.id;
