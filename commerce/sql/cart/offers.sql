-- cart::offers::read: the discounts that were asked for by code or need none, the cart's gift cards and what the state takes
-- where it goes, each as the JSON that pricing reads. What an attempt of this very cart holds does not stand in its own way.
WITH entered AS (
    SELECT code, place FROM unnest($2::text[]) WITH ORDINALITY AS given (code, place)
), found AS (
    SELECT c.discount_id AS id, e.code, e.place, row_number() OVER (PARTITION BY c.discount_id ORDER BY e.place) > 1 AS again
    FROM entered e
    JOIN discount_codes c ON lower(c.code) = lower(e.code)
    UNION ALL
    SELECT id, NULL, NULL, false FROM discounts
    WHERE method = 'automatic' AND active AND starts_at <= $4 AND (ends_at IS NULL OR ends_at > $4)
), own AS (
    SELECT id FROM checkout_attempts WHERE cart_id = $1
)
SELECT 'discount', jsonb_build_object(
    'id', d.id, 'title', d.title, 'code', f.code, 'class', d.class,
    'value', CASE d.kind
        WHEN 'percentage' THEN jsonb_build_object('kind', d.kind, 'basis_points', d.basis_points)
        WHEN 'amount' THEN jsonb_build_object('kind', d.kind, 'minor', d.amount_minor, 'each', d.each_piece)
        WHEN 'free_shipping' THEN jsonb_build_object('kind', d.kind, 'up_to', d.maximum_shipping_minor)
        ELSE jsonb_build_object('kind', d.kind, 'buys', d.buys_quantity, 'gets', d.gets_quantity,
            'basis_points', d.basis_points, 'uses', d.uses_per_order) END,
    'gets', CASE WHEN NOT d.gets_all THEN discount_variants(d.id, 'gets', $3) END,
    'buys', CASE WHEN NOT d.buys_all THEN discount_variants(d.id, 'buys', $3) END,
    'minimum_subtotal', d.minimum_subtotal_minor, 'minimum_quantity', d.minimum_quantity,
    'combines_with', d.combines_with,
    'obstacle', CASE
        WHEN f.again THEN 'not_honoured'
        WHEN NOT d.active OR d.starts_at > $4 OR d.ends_at <= $4 THEN 'inactive'
        WHEN d.usage_count >= d.usage_limit AND NOT EXISTS (SELECT FROM discount_uses u
            WHERE u.discount_id = d.id AND u.state = 'held' AND u.attempt_id IN (SELECT id FROM own)) THEN 'usage_limit'
        WHEN NOT d.for_everyone AND $5::bigint IS NULL THEN 'customer_missing'
        WHEN NOT d.for_everyone
            AND NOT EXISTS (SELECT FROM discount_customers c WHERE c.discount_id = d.id AND c.customer_id = $5)
            AND NOT EXISTS (SELECT FROM customers c WHERE c.id = $5 AND c.tags && d.customer_tags) THEN 'customer_not_eligible'
        WHEN d.once_per_customer AND (
            EXISTS (SELECT FROM discount_uses u WHERE u.discount_id = d.id AND u.once AND u.state <> 'released'
                AND u.customer_id IS NOT NULL AND u.customer_id = $5 AND u.attempt_id NOT IN (SELECT id FROM own))
            OR EXISTS (SELECT FROM discount_uses u WHERE u.discount_id = d.id AND u.once AND u.state <> 'released'
                AND u.email_hash = $6::bytea AND u.attempt_id NOT IN (SELECT id FROM own))) THEN 'customer_usage_limit'
        WHEN d.countries <> '{}' AND NOT $7::text = ANY (d.countries) THEN 'no_entitled_shipping' END),
    0::bigint, coalesce(f.place, 0)
FROM found f
JOIN discounts d ON d.id = f.id
UNION ALL
SELECT 'gift_card', jsonb_build_object('id', g.id, 'last_characters', g.last_characters,
    'available', g.balance_minor - g.held_minor + coalesce((SELECT sum(h.amount_minor) FROM gift_card_holds h
        WHERE h.gift_card_id = g.id AND h.state = 'held' AND h.attempt_id IN (SELECT id FROM own)), 0)),
    1, c.position
FROM cart_gift_cards c
JOIN gift_cards g ON g.id = c.gift_card_id
WHERE c.cart_id = $1 AND g.disabled_at IS NULL AND (g.expires_on IS NULL OR g.expires_on > shop_day($4))
UNION ALL
SELECT 'levies', jsonb_build_object('included', coalesce(m.taxes_included, false),
    'taxes', coalesce((SELECT jsonb_agg(jsonb_build_object('name', t.name, 'ppm', t.rate_ppm, 'on_shipping', t.on_shipping) ORDER BY t.id)
        FROM tax_rates t WHERE t.country = place.country AND (t.province IS NULL OR t.province = $9)), '[]'),
    'duty', (SELECT jsonb_build_object('ppm', d.rate_ppm, 'from', d.from_minor)
        FROM duty_rates d WHERE d.country = place.country AND d.country <> place.own),
    'by_province', EXISTS (SELECT FROM tax_rates t WHERE t.country = place.country AND t.province IS NOT NULL)
        OR EXISTS (SELECT FROM delivery_zones z, unnest(z.provinces) p WHERE p LIKE place.country || '-%')),
    2, 0
FROM (SELECT coalesce($7, $8, s.country) AS country, s.country AS own FROM shops s) place
LEFT JOIN market_countries named ON named.country = place.country
LEFT JOIN markets m ON m.id = coalesce(named.market_id, (SELECT id FROM markets WHERE for_the_rest))
ORDER BY 3, 4, 2
