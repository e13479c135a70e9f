-- A refund is what its lines, delivery and adjustment come to, its transactions pay it, and no order gives back more than it took.
SELECT format('refund %s: total %s, parts %s, transactions %s', r.id, r.total_minor, p.worth, t.paid)
FROM refunds r
JOIN orders o ON o.id = r.order_id
CROSS JOIN LATERAL (
    SELECT r.shipping_minor + r.adjustment_minor + CASE WHEN o.tax_inclusive THEN 0 ELSE r.shipping_tax_minor END
        + coalesce(sum(l.subtotal_minor + CASE WHEN o.tax_inclusive THEN 0 ELSE l.tax_minor + l.duty_minor END), 0) AS worth
    FROM refund_line_items l WHERE l.refund_id = r.id
) p
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0) AS paid FROM refund_transactions WHERE refund_id = r.id) t
WHERE r.total_minor <> p.worth OR r.total_minor <> t.paid
UNION ALL
SELECT format('transaction %s pays %s %s, its operation or entry %s %s', t.id, t.amount_minor, t.currency,
              coalesce(x.amount_minor, e.amount_minor), coalesce(p.currency, c.currency))
FROM refund_transactions t
JOIN orders o ON o.id = t.order_id
LEFT JOIN payment_operations x ON x.id = t.operation_id
LEFT JOIN payments p ON p.id = x.payment_id
LEFT JOIN gift_card_entries e ON e.id = t.gift_card_entry_id
LEFT JOIN gift_cards c ON c.id = e.gift_card_id
WHERE (t.amount_minor, t.currency, o.attempt_id) IS DISTINCT FROM
    (coalesce(x.amount_minor, e.amount_minor), coalesce(p.currency, c.currency), coalesce(p.attempt_id, e.attempt_id))
UNION ALL
SELECT format('order %s: %s refunded of %s that were paid', o.id, sum(t.amount_minor), least(o.captured_minor, o.total_minor - o.gift_card_minor) + o.gift_card_minor)
FROM orders o
JOIN refund_transactions t ON t.order_id = o.id
LEFT JOIN payment_operations x ON x.id = t.operation_id
WHERE x.state IS DISTINCT FROM 'failed'
GROUP BY o.id
HAVING sum(t.amount_minor) > least(o.captured_minor, o.total_minor - o.gift_card_minor) + o.gift_card_minor
UNION ALL
SELECT format('order %s: %s of the delivery refunded, which cost %s', o.id, sum(r.shipping_minor), o.shipping_minor)
FROM orders o
JOIN refunds r ON r.order_id = o.id
GROUP BY o.id
HAVING sum(r.shipping_minor) > o.shipping_minor OR sum(r.shipping_tax_minor) > o.shipping_tax_minor
