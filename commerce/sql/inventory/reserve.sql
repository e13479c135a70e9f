-- commerce::inventory::reservations::hold: one row per level, in the order in which everybody locks levels.
-- A variant without a level is not tracked and needs none. Refused as a whole by no_oversell.
INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity)
SELECT $1, level.variant_id, level.location_id, wanted.quantity
FROM (
    SELECT variant_id, sum(quantity)::int AS quantity
    FROM unnest($2::bigint[], $3::int[]) AS line (variant_id, quantity)
    GROUP BY variant_id
) wanted
JOIN inventory_levels level ON level.variant_id = wanted.variant_id
ORDER BY level.variant_id, level.location_id
