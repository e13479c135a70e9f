-- The sums of an order are those of its lines, and of what the buyer accepted.
SELECT format('order %s: subtotal %s, lines %s, accepted %s', o.id, o.subtotal_minor, sum(l.unit_price_minor * l.quantity), a.amount_minor)
FROM orders o
JOIN checkout_attempts a ON a.id = o.attempt_id
LEFT JOIN order_lines l ON l.order_id = o.id
GROUP BY o.id, a.id
HAVING o.subtotal_minor IS DISTINCT FROM sum(l.unit_price_minor * l.quantity)
    OR o.discount_minor IS DISTINCT FROM sum(l.discount_minor)
    OR o.tax_minor IS DISTINCT FROM sum(l.tax_minor) + o.shipping_tax_minor OR coalesce(o.duty_minor, 0) <> sum(l.duty_minor)
    OR o.total_minor <> a.amount_minor + o.gift_card_minor
