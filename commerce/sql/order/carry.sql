-- commerce::order::carried::save: an order of another shop, $1, whose status page $2 opens. What its lines were is
-- looked for by stock keeping unit. An order whose name has no number of its own gets one of those to come. It belongs to an account that only a mail to its e-mail address opens; others prove their
-- address first (`adopt`).
WITH given AS MATERIALIZED (
    SELECT $1::jsonb AS o
), placed AS (
    INSERT INTO orders
        (number, secret_hash, email, phone, currency, subtotal_minor, discount_minor, shipping_minor, tax_minor,
         tax_inclusive, duty_minor, total_minor, authorized_minor, captured_minor, voided_minor, refunded_minor,
         discounts, shipping_address, billing_address, delivery_title, note, attributes,
         canceled_at, processed_at, customer_id, carried)
    SELECT coalesce((o ->> 'number')::bigint, nextval('order_numbers')), sha256(convert_to($2, 'UTF8')), o ->> 'email', o ->> 'phone',
           o ->> 'currency', (o ->> 'subtotal')::bigint, (o ->> 'discount')::bigint, (o ->> 'shipping')::bigint,
           (o ->> 'tax')::bigint, (o ->> 'tax_inclusive')::bool, (o ->> 'duty')::bigint, (o ->> 'total')::bigint,
           (o ->> 'authorized')::bigint, (o ->> 'captured')::bigint, (o ->> 'voided')::bigint, (o ->> 'refunded')::bigint,
           o -> 'discounts', nullif(o -> 'shipping_address', 'null'), nullif(o -> 'billing_address', 'null'),
           o ->> 'delivery_title', o ->> 'note', o -> 'attributes',
           (o ->> 'canceled_at')::timestamptz, (o ->> 'placed_at')::timestamptz,
           (SELECT id FROM customers WHERE lower(email) = lower(nullif(o ->> 'email', '')) AND state = 'invited'),
           jsonb_build_object('name', o ->> 'name', 'key', $2)
    FROM given
    RETURNING id
), lines AS (
    INSERT INTO order_lines
        (order_id, variant_id, title, variant_title, sku, image_url, unit_price_minor, quantity, discount_minor,
         requires_shipping, allocations)
    SELECT placed.id, found.id, coalesce(found.title, line ->> 'title'), coalesce(found.variant_title, ''), line ->> 'sku',
           found.image_url, (line ->> 'unit_price')::bigint, (line ->> 'quantity')::int, (line ->> 'discount')::bigint,
           (line ->> 'requires_shipping')::bool, line -> 'allocations'
    FROM placed, given, jsonb_array_elements(o -> 'lines') WITH ORDINALITY AS bought (line, place)
    LEFT JOIN LATERAL (
        -- The titles count only where they are those of the other shop.
        SELECT v.id, m.url AS image_url, named.title, named.variant_title
        FROM variants v
        JOIN products p ON p.id = v.product_id
        LEFT JOIN media m ON m.id = coalesce(v.media_id, p.featured_media_id)
        LEFT JOIN LATERAL (SELECT p.title, v.title AS variant_title
            WHERE line ->> 'title' = p.title || ' - ' || v.title) named ON true
        WHERE v.sku = line ->> 'sku' AND v.deleted_at IS NULL
        ORDER BY v.id LIMIT 1
    ) found ON true
    ORDER BY place
)
SELECT id FROM placed
