-- commerce::order::carried::page: orders after the one with the id $1, $2 of them, as carry.sql takes them.
SELECT o.id, jsonb_build_object(
    'number', o.number, 'name', coalesce(o.carried ->> 'name', '#' || o.number), 'email', o.email, 'phone', o.phone,
    'currency', o.currency, 'subtotal', o.subtotal_minor, 'discount', o.discount_minor, 'shipping', o.shipping_minor,
    'tax', o.tax_minor, 'tax_inclusive', o.tax_inclusive, 'duty', o.duty_minor, 'total', o.total_minor,
    'authorized', o.authorized_minor, 'captured', o.captured_minor + o.gift_card_minor, 'voided', o.voided_minor,
    'refunded', o.refunded_minor + o.gift_card_refunded_minor,
    'discounts', o.discounts, 'shipping_address', o.shipping_address, 'billing_address', o.billing_address,
    'delivery_title', o.delivery_title, 'note', o.note, 'attributes', o.attributes,
    'canceled_at', o.canceled_at, 'placed_at', o.processed_at,
    'sent_at', (SELECT max(f.created_at) FROM fulfillments f WHERE f.order_id = o.id),
    'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'title', CASE WHEN l.variant_title IN ('', 'Default Title') THEN l.title ELSE l.title || ' - ' || l.variant_title END,
        'sku', l.sku, 'unit_price', l.unit_price_minor, 'quantity', l.quantity, 'discount', l.discount_minor,
        'requires_shipping', l.requires_shipping, 'allocations', l.allocations,
        'sent', l.fulfilled > 0 AND l.fulfilled + l.removed = l.quantity) ORDER BY l.id), '[]')
        FROM order_lines l WHERE l.order_id = o.id))
FROM orders o
WHERE o.id > $1
ORDER BY o.id
LIMIT $2
