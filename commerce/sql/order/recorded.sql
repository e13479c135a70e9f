-- commerce::flows::replay_pricing: orders by their id, each with its attempt's snapshot and the amounts that it records.
SELECT o.id, o.number, a.snapshot, jsonb_build_object(
    'subtotal', o.subtotal_minor, 'discount', o.discount_minor, 'shipping', o.shipping_minor, 'tax', o.tax_minor,
    'shipping_tax', o.shipping_tax_minor, 'duty', o.duty_minor, 'tax_inclusive', o.tax_inclusive,
    'total', o.total_minor, 'gift_card', o.gift_card_minor, 'charged', a.amount_minor,
    'discounts', o.discounts, 'shipping_allocations', o.shipping_allocations,
    'lines', coalesce((SELECT jsonb_agg(jsonb_build_object('variant', l.variant_id, 'unit_price', l.unit_price_minor,
        'quantity', l.quantity, 'discount', l.discount_minor, 'tax', l.tax_minor, 'duty', l.duty_minor, 'allocations', l.allocations) ORDER BY l.id)
        FROM order_lines l WHERE l.order_id = o.id), '[]'))
FROM orders o
JOIN checkout_attempts a ON a.id = o.attempt_id
WHERE o.id > $1 AND ($2::bigint IS NULL OR o.number = $2)
ORDER BY o.id
LIMIT $3
