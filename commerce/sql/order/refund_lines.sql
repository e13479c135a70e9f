-- commerce::order::refunds::locked: the lines of a locked order as far as refunds need them.
SELECT l.id, l.variant_id, l.title, l.quantity, l.removed, l.fulfilled, l.returned,
       l.unit_price_minor, l.discount_minor, discount_on_goods(l.allocations, o.discounts), l.tax_minor, l.duty_minor
FROM order_lines l
JOIN orders o ON o.id = l.order_id
WHERE l.order_id = $1
ORDER BY l.id
