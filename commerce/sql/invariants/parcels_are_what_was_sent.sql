-- What was sent of a line is in parcels, the order's status says so, and it has left the shelf where stock is counted.
SELECT format('line %s: %s sent, %s in parcels', l.id, l.fulfilled, coalesce(sum(f.quantity), 0))
FROM order_lines l
LEFT JOIN fulfillment_lines f ON f.order_line_id = l.id
GROUP BY l.id
HAVING l.fulfilled <> coalesce(sum(f.quantity), 0)
UNION ALL
SELECT format('order %s is %s, but %s pieces of %s were sent', o.id, o.fulfillment_status, sum(l.fulfilled), sum(l.quantity - l.removed))
FROM orders o
JOIN order_lines l ON l.order_id = o.id
GROUP BY o.id
HAVING o.fulfillment_status <> CASE
    WHEN sum(l.fulfilled) = 0 THEN 'UNFULFILLED'
    WHEN sum(l.fulfilled) < sum(l.quantity - l.removed) THEN 'PARTIALLY_FULFILLED'
    ELSE 'FULFILLED' END
UNION ALL
SELECT format('order %s: %s of variant %s sent, %s have left the shelf', o.id, b.sent, b.variant_id, s.shipped)
FROM orders o
JOIN LATERAL (SELECT variant_id, sum(fulfilled) AS sent FROM order_lines WHERE order_id = o.id GROUP BY variant_id) b ON true
JOIN LATERAL (SELECT sum(shipped) AS shipped FROM inventory_reservations r
    WHERE r.attempt_id = o.attempt_id AND r.variant_id = b.variant_id AND r.state = 'committed') s ON s.shipped IS NOT NULL
WHERE b.sent <> s.shipped
