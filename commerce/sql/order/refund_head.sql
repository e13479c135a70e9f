-- commerce::order::refunds::locked: what a locked order says of itself, and what of its delivery was refunded.
SELECT o.currency, o.tax_inclusive, o.shipping_minor, o.shipping_tax_minor,
       (SELECT coalesce(sum(r.shipping_minor), 0) FROM refunds r WHERE r.order_id = o.id)::bigint,
       o.canceled_at IS NOT NULL
FROM orders o
WHERE o.id = $1
