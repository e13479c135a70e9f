-- 10,000 products of different titles with two options and four variants each, 250 at a time as an import's: the index is
-- kept by triggers that look at what one statement changed.
INSERT INTO shops (id, name, currency, country, primary_domain_url)
    VALUES (1, 'Large', 'USD', 'US', 'https://shop.example') ON CONFLICT DO NOTHING;
DO $$
DECLARE
    low int;
    made bigint[];
BEGIN
    FOR low IN SELECT generate_series(0, 9999, 250) LOOP
        WITH words AS (
            SELECT n, (':looks'::text[])[n % 25 + 1] AS look, (':materials'::text[])[n / 25 % 20 + 1] AS material,
                (':kinds'::text[])[n / 500 % 20 + 1] AS kind
            FROM generate_series(low, low + 249) AS n
        ), products AS (
            INSERT INTO products (handle, title, description, vendor, product_type, tags, status, published_at, units_sold)
            SELECT lower(format('%s-%s-%s', look, material, kind)), format('%s %s %s', look, material, kind),
                format('A %s for every day, number %s, made with care.', lower(kind), n), format('Vendor %s', n % 40), kind,
                ARRAY[format('season %s', n % 4), 'common'], 'active', '2026-01-01', n * 7919 % 10007
            FROM words ORDER BY n
            RETURNING id
        )
        SELECT array_agg(id) INTO made FROM products;
        INSERT INTO product_options (product_id, name, position)
            SELECT p, o.name, o.position FROM unnest(made) AS p, (VALUES ('Size', 1), ('Color', 2)) AS o (name, position) ORDER BY p, 3;
        INSERT INTO product_option_values (option_id, product_id, name, position)
            SELECT o.id, o.product_id,
                CASE o.name WHEN 'Size' THEN (ARRAY['S', 'M'])[v] ELSE (ARRAY['Plum', 'Sand'])[v] END, v
            FROM product_options o, generate_series(1, 2) AS v WHERE o.product_id = ANY(made) ORDER BY o.id, v;
        INSERT INTO variants (product_id, position, title, sku, value1_id, value2_id, price_minor, currency, inventory_tracked)
            SELECT p, v, format('Variant %s', v), format('SKU-%s-%s', p - 1, v), p * 4 - 3 + (v - 1) / 2, p * 4 - 1 + (v - 1) % 2,
                1000 + (p * 37 + v) % 9000, 'USD', true
            FROM unnest(made) AS p, generate_series(1, 4) AS v ORDER BY p, v;
        INSERT INTO inventory_levels (variant_id, location_id, on_hand)
            SELECT id, (SELECT min(id) FROM locations), id % 5 FROM variants WHERE product_id = ANY(made);
        PERFORM refresh_product_summary(made);
    END LOOP;
END $$;
-- Not the catalogues that all databases share: whoever else analyses would wait for this transaction.
ANALYZE products, product_options, product_option_values, variants, inventory_levels;
