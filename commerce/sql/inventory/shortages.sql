-- commerce::inventory::reservations::shortages: which of the wanted variants cannot be had, and what is left of them
-- at all locations together.
SELECT level.variant_id, greatest(0, sum(level.on_hand - level.unavailable - level.reserved - level.committed))::bigint
FROM (
    SELECT variant_id, sum(quantity) AS quantity
    FROM unnest($1::bigint[], $2::int[]) AS line (variant_id, quantity)
    GROUP BY variant_id
) wanted
JOIN variants v ON v.id = wanted.variant_id AND v.inventory_tracked AND v.inventory_policy = 'deny'
JOIN inventory_levels level ON level.variant_id = wanted.variant_id
GROUP BY level.variant_id, wanted.quantity
HAVING sum(level.on_hand - level.unavailable - level.reserved - level.committed) < wanted.quantity
ORDER BY level.variant_id
