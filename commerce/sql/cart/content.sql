-- cart::reads::fill: the lines of a cart and the variants that a caller wants to put in, as they are now.
-- A wanted variant is a row without a line. What is gone from the shop is not for sale: of it only lines that have pieces are
-- answered, so that they do not vanish without a word. What the market ($4) has prices of its own for
-- in the cart's currency ($5) costs those, and larger numbers of it the market's as well. Products are called what they are in the cart's language ($6).
SELECT l.id, l.position, l.quantity, l.attributes,
       v.id, v.product_id, coalesce(w.fields ->> 'title', p.title), v.title, v.sku,
       coalesce(
           (SELECT m.url FROM media m WHERE m.id = v.media_id),
           (SELECT m.url FROM product_media pm JOIN media m ON m.id = pm.media_id
            WHERE pm.product_id = p.id AND m.kind = 'image' ORDER BY pm.position LIMIT 1)),
       coalesce(f.price_minor, v.price_minor),
       CASE WHEN f.market_id IS NULL THEN v.compare_at_minor ELSE f.compare_at_minor END,
       coalesce(f.currency, v.currency), f.market_id IS NOT NULL,
       q.minimum, q.maximum, q.increment, b.minimums, b.prices,
       v.requires_shipping, v.taxable, p.is_gift_card, v.grams, d.profile_id,
       CASE WHEN v.inventory_tracked AND v.inventory_policy = 'deny' THEN coalesce(
           (SELECT sum(i.available) FROM inventory_levels i JOIN locations place ON place.id = i.location_id
            WHERE i.variant_id = v.id AND place.active), 0) END, sale.is_open,
       a.address ->> 'country', a.address ->> 'province'
FROM (SELECT id, position, quantity, attributes, variant_id FROM cart_lines WHERE cart_id = $1
      UNION ALL SELECT NULL, NULL, NULL, NULL, unnest($2::bigint[])) l
JOIN variants v ON v.id = l.variant_id
JOIN products p ON p.id = v.product_id
CROSS JOIN LATERAL (
    SELECT coalesce(v.deleted_at IS NULL AND p.status IN ('active', 'unlisted') AND p.published_at <= $3, false) AS is_open) sale
LEFT JOIN translations w ON w.kind = 'product' AND w.language = $6 AND w.resource_id = p.id
LEFT JOIN quantity_rules q ON q.variant_id = v.id
LEFT JOIN delivery_profile_products d ON d.product_id = v.product_id
LEFT JOIN market_prices f ON f.market_id = $4 AND f.variant_id = v.id AND f.minimum = 1 AND f.currency = $5
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(minimum ORDER BY minimum), '{}') AS minimums,
           coalesce(array_agg(price_minor ORDER BY minimum), '{}') AS prices
    FROM (SELECT minimum, price_minor FROM price_breaks WHERE variant_id = v.id AND f.market_id IS NULL
          UNION ALL SELECT minimum, price_minor FROM market_prices
          WHERE market_id = f.market_id AND variant_id = v.id AND minimum > 1) breaks) b
LEFT JOIN cart_addresses a ON a.cart_id = $1 AND a.selected
WHERE sale.is_open OR l.quantity > 0
ORDER BY l.position NULLS LAST
