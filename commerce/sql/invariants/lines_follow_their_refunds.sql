-- What was removed and returned of a line is in refunds, at the share of its price, and its stock went where they say.
SELECT format('line %s: %s removed and %s returned, %s and %s in refunds', l.id, l.removed, l.returned, r.removed, r.returned)
FROM order_lines l
JOIN orders o ON o.id = l.order_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(quantity) FILTER (WHERE NOT was_fulfilled), 0) AS removed,
           coalesce(sum(quantity) FILTER (WHERE was_fulfilled), 0) AS returned,
           coalesce(sum(subtotal_minor), 0) AS subtotal, coalesce(sum(tax_minor), 0) AS tax, coalesce(sum(duty_minor), 0) AS duty
    FROM refund_line_items WHERE order_line_id = l.id
) r
WHERE (l.removed, l.returned) <> (r.removed, r.returned) OR (r.subtotal, r.tax, r.duty) <> (
    l.unit_price_minor * (l.removed + l.returned) - share_of_pieces(l.discount_minor, 0, l.removed + l.returned, l.quantity),
    share_of_pieces(l.tax_minor, 0, l.removed + l.returned, l.quantity),
    share_of_pieces(l.duty_minor, 0, l.removed + l.returned, l.quantity))
UNION ALL
SELECT format('order %s: of variant %s %s restocked, %s written off, %s returned; refunds say %s, %s, %s', o.id, b.variant_id,
              s.restocked, s.written_off, s.returned, b.restocked, b.written_off, b.returned)
FROM orders o
CROSS JOIN LATERAL (
    SELECT l.variant_id,
           coalesce(sum(i.quantity) FILTER (WHERE i.restock_type = 'CANCEL'), 0) AS restocked,
           coalesce(sum(i.quantity) FILTER (WHERE i.restock_type = 'NO_RESTOCK' AND NOT i.was_fulfilled), 0) AS written_off,
           coalesce(sum(i.quantity) FILTER (WHERE i.restock_type = 'RETURN'), 0) AS returned
    FROM order_lines l LEFT JOIN refund_line_items i ON i.order_line_id = l.id
    WHERE l.order_id = o.id GROUP BY l.variant_id
) b
JOIN LATERAL (
    SELECT sum(restocked) AS restocked, sum(written_off) AS written_off, sum(returned) AS returned
    FROM inventory_reservations r WHERE r.attempt_id = o.attempt_id AND r.variant_id = b.variant_id AND r.state = 'committed'
) s ON s.restocked IS NOT NULL
WHERE (s.restocked, s.written_off, s.returned) <> (b.restocked, b.written_off, b.returned)
