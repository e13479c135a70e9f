-- 10,000 products with two options, four variants and three pictures each, in 49 collections.
INSERT INTO shops (id, name, currency, country, primary_domain_url)
    VALUES (1, 'Large', 'USD', 'US', 'https://shop.example') ON CONFLICT DO NOTHING;
INSERT INTO media (url, alt, width, height)
    SELECT format('https://cdn.example/%s.png', n), format('Picture %s', n), 800, 600 FROM generate_series(1, 30000) AS n;
INSERT INTO products (handle, title, description, vendor, product_type, tags, status, published_at, units_sold, created_at, updated_at)
    SELECT format('product-%s', n), format('Thing %s of kind %s', n, n % 97), 'Something for every day', format('Vendor %s', n % 40),
        format('Type %s', n % 60), ARRAY[format('Tag %s', n % 200), 'common'], CASE WHEN n % 50 = 0 THEN 'draft' ELSE 'active' END,
        '2026-01-01'::timestamptz, n % 1000, '2025-01-01'::timestamptz + n * interval '1 minute', '2025-02-01'::timestamptz + n * interval '1 minute'
    FROM generate_series(1, 10000) AS n;
INSERT INTO product_media (product_id, media_id, position)
    SELECT (n - 1) / 3 + 1, n, (n - 1) % 3 + 1 FROM generate_series(1, 30000) AS n;
INSERT INTO product_options (product_id, name, position)
    SELECT p, CASE o WHEN 1 THEN 'Size' ELSE 'Color' END, o FROM generate_series(1, 10000) AS p, generate_series(1, 2) AS o ORDER BY p, o;
INSERT INTO product_option_values (option_id, product_id, name, position)
    SELECT o.id, o.product_id, format('%s %s', o.name, v), v FROM product_options o, generate_series(1, 2) AS v ORDER BY o.id, v;
INSERT INTO variants (product_id, position, title, sku, value1_id, value2_id, price_minor, currency, media_id, inventory_tracked)
    SELECT p, v, format('Variant %s', v), format('SKU-%s-%s', p, v), p * 4 - 3 + (v - 1) / 2, p * 4 - 1 + (v - 1) % 2,
        1000 + (p * 37 + v) % 9000, 'USD', p * 3 - 2, true
    FROM generate_series(1, 10000) AS p, generate_series(1, 4) AS v ORDER BY p, v;
INSERT INTO inventory_levels (variant_id, location_id, on_hand) SELECT id, (SELECT min(id) FROM locations), id % 5 FROM variants;
INSERT INTO collections (handle, title, published_at)
    SELECT format('collection-%s', n), format('Collection %s', n), '2026-01-01' FROM generate_series(1, 49) AS n;
INSERT INTO collection_products (collection_id, product_id, position)
    SELECT n % 49 + 1, n, n FROM generate_series(1, 10000) AS n;
ANALYZE;
SELECT count(*) FROM (SELECT refresh_product_summary(ARRAY(SELECT id FROM products))) AS done;
ANALYZE;
