-- commerce::inventory::reservations::hold: one row per level, in the order in which everybody locks levels.
-- A variant without a level is not tracked and needs none. Of several locations those that come first give what they
-- have; the last is asked for the rest, also for what it does not have, and no_oversell refuses all of it then.
WITH wanted AS (
    SELECT variant_id, sum(quantity) AS quantity
    FROM unnest($2::bigint[], $3::int[]) AS line (variant_id, quantity)
    GROUP BY variant_id
), levels AS MATERIALIZED (
    SELECT level.variant_id, level.location_id, place.priority,
           greatest(0, level.available::bigint + level.backorder_limit) AS left_over
    FROM wanted
    JOIN inventory_levels level ON level.variant_id = wanted.variant_id
    JOIN locations place ON place.id = level.location_id
    ORDER BY level.variant_id, level.location_id
    FOR NO KEY UPDATE OF level
), turns AS (
    SELECT levels.*, quantity,
           coalesce(sum(left_over) OVER (ones ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
           lead(location_id) OVER ones IS NULL AS is_last
    FROM levels JOIN wanted USING (variant_id)
    WINDOW ones AS (PARTITION BY variant_id ORDER BY priority, location_id)
), shares AS (
    SELECT variant_id, location_id,
           CASE WHEN is_last THEN quantity - before ELSE least(left_over, quantity - before) END AS quantity
    FROM turns
)
INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity)
SELECT $1, variant_id, location_id, quantity::int
FROM shares WHERE quantity > 0
ORDER BY variant_id, location_id
