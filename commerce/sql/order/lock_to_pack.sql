-- commerce::order::fulfillments::lock: the order with this number and its lines, locked: first the stock that was promised to
-- it, then the order, as everywhere. Lines are read by a statement of their own, after the locks.
WITH levels AS MATERIALIZED (
    SELECT level.variant_id
    FROM orders o
    JOIN inventory_reservations r ON r.attempt_id = o.attempt_id
    JOIN inventory_levels level USING (variant_id, location_id)
    WHERE o.number = $1 AND r.state = 'committed'
    ORDER BY level.variant_id, level.location_id
    FOR NO KEY UPDATE OF level
)
SELECT o.id, o.canceled_at IS NOT NULL
FROM orders o
WHERE o.number = $1 AND (SELECT count(*) FROM levels) >= 0
FOR NO KEY UPDATE OF o
