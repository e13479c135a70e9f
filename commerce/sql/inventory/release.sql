-- commerce::inventory::reservations::release: levels are locked in order first, because the rows below are not.
WITH levels AS MATERIALIZED (
    SELECT level.variant_id
    FROM inventory_reservations held
    JOIN inventory_levels level USING (variant_id, location_id)
    WHERE held.attempt_id = $1 AND held.state = 'held'
    ORDER BY level.variant_id, level.location_id
    FOR NO KEY UPDATE OF level
)
UPDATE inventory_reservations SET state = 'released'
WHERE attempt_id = $1 AND state = 'held' AND (SELECT count(*) FROM levels) > 0
