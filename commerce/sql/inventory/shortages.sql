-- commerce::inventory::reservations::shortages: which of the wanted variants cannot be had, and what is left of them
-- at all locations together.
SELECT level.variant_id, sum(greatest(0, level.available::bigint + level.backorder_limit))::bigint
FROM (
    SELECT variant_id, sum(quantity) AS quantity
    FROM unnest($1::bigint[], $2::int[]) AS line (variant_id, quantity)
    GROUP BY variant_id
) wanted
JOIN inventory_levels level ON level.variant_id = wanted.variant_id
GROUP BY level.variant_id, wanted.quantity
HAVING sum(greatest(0, level.available::bigint + level.backorder_limit)) < wanted.quantity
ORDER BY level.variant_id
