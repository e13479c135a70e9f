-- commerce::order::refunds::locked: which locations gave what to a locked order, in the order in which the trigger of
-- refund_line_items takes it from them.
SELECT r.variant_id, r.location_id, p.name, p.active, r.quantity - r.shipped - r.restocked - r.written_off, r.shipped - r.returned
FROM orders o
JOIN inventory_reservations r ON r.attempt_id = o.attempt_id
JOIN locations p ON p.id = r.location_id
WHERE o.id = $1 AND r.state = 'committed'
ORDER BY r.variant_id, r.location_id DESC
