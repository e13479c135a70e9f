-- commerce::inventory::reservations::shortages: which of the wanted variants cannot be had, and what is left of them
-- at all active locations together.
SELECT level.variant_id, greatest(0, coalesce(sum(level.on_hand - level.unavailable - level.reserved - level.committed) FILTER (WHERE place.active), 0))::bigint
FROM (
    SELECT variant_id, sum(quantity) AS quantity
    FROM unnest($1::bigint[], $2::int[]) AS line (variant_id, quantity)
    GROUP BY variant_id
) wanted
JOIN variants v ON v.id = wanted.variant_id AND v.inventory_tracked AND v.inventory_policy = 'deny'
JOIN inventory_levels level ON level.variant_id = wanted.variant_id
JOIN locations place ON place.id = level.location_id
GROUP BY level.variant_id, wanted.quantity
HAVING coalesce(sum(level.on_hand - level.unavailable - level.reserved - level.committed) FILTER (WHERE place.active), 0) < wanted.quantity
ORDER BY level.variant_id
