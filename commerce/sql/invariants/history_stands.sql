-- What an order and its attempt record is what was frozen when the buyer accepted it.
SELECT format('attempt %s charges %s, frozen %s', a.id, a.amount_minor, f.total - f.gift_cards)
FROM checkout_attempts a
CROSS JOIN LATERAL (SELECT (a.snapshot #>> '{cart,total,minor}')::bigint AS total,
    sum_of_amounts(coalesce(a.snapshot #> '{cart,gift_cards}', '[]')) AS gift_cards) f
WHERE a.snapshot ? 'cart' AND a.amount_minor <> f.total - f.gift_cards
UNION ALL
SELECT format('payment %s is of %s, its attempt of %s', p.id, p.amount_minor, a.amount_minor)
FROM payments p
JOIN checkout_attempts a ON a.id = p.attempt_id
WHERE p.amount_minor <> a.amount_minor
UNION ALL
SELECT format('order %s records other amounts than were frozen', o.id)
FROM orders o
JOIN checkout_attempts a ON a.id = o.attempt_id
CROSS JOIN LATERAL (SELECT a.snapshot -> 'cart' AS cart) s
WHERE a.snapshot ? 'cart' AND (o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor, o.shipping_tax_minor, o.duty_minor,
        o.tax_inclusive, o.total_minor, o.discounts, o.shipping_allocations, o.gift_card_minor)
    IS DISTINCT FROM ((cart #>> '{subtotal,minor}')::bigint, (cart #>> '{discount,minor}')::bigint,
        (cart #>> '{shipping,minor}')::bigint, (cart #>> '{tax,minor}')::bigint,
        coalesce((cart #>> '{shipping_tax,minor}')::bigint, 0), (cart #>> '{duty,minor}')::bigint,
        (cart ->> 'tax_inclusive')::bool, (cart #>> '{total,minor}')::bigint,
        coalesce(cart -> 'applications', '[]'), coalesce(cart -> 'shipping_allocations', '[]'),
        sum_of_amounts(coalesce(cart -> 'gift_cards', '[]')))
UNION ALL
SELECT format('order %s records other lines than were frozen', o.id)
FROM orders o
JOIN checkout_attempts a ON a.id = o.attempt_id
WHERE a.snapshot ? 'cart'
    AND (SELECT jsonb_agg(jsonb_build_array(l.variant_id, l.unit_price_minor, l.quantity, l.discount_minor, l.tax_minor, l.duty_minor,
            l.allocations) ORDER BY l.id) FROM order_lines l WHERE l.order_id = o.id)
    IS DISTINCT FROM (SELECT jsonb_agg(jsonb_build_array((line ->> 'variant_id')::bigint, (line #>> '{unit_price,minor}')::bigint,
            (line ->> 'quantity')::int, (line #>> '{discount,minor}')::bigint, (line #>> '{tax,minor}')::bigint,
            coalesce((line #>> '{duty,minor}')::bigint, 0), coalesce(line -> 'allocations', '[]')) ORDER BY place)
        FROM jsonb_array_elements(a.snapshot #> '{cart,lines}') WITH ORDINALITY AS frozen (line, place))
