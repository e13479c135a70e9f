-- commerce::inventory::reservations::hold: one row per level, in the order in which everybody locks levels.
-- A variant whose stock is not counted, or that has no level, needs none. Of several locations those that come first give
-- what they have. What one of them lacks, the others do not have to give either: where there is less than wanted in all, the
-- emptiest is asked for everything, and no_oversell refuses it. A variant that is sold on when empty has what is wanted.
-- A location that is not active has nothing to give: it is asked only where nobody else has a level, and refuses, unless the
-- variant is sold on when empty.
WITH wanted AS (
    SELECT variant_id, sum(quantity) AS quantity
    FROM unnest($2::bigint[], $3::int[]) AS line (variant_id, quantity)
    GROUP BY variant_id
), levels AS MATERIALIZED (
    SELECT level.variant_id, level.location_id, place.priority, place.active, wanted.quantity,
           CASE WHEN NOT place.active THEN 0
                WHEN level.backorder_limit = 2147483647 THEN wanted.quantity
                ELSE level.on_hand - level.unavailable - level.reserved - level.committed + level.backorder_limit END AS left_over
    FROM wanted
    JOIN variants v ON v.id = wanted.variant_id AND v.inventory_tracked
    JOIN inventory_levels level ON level.variant_id = wanted.variant_id
    JOIN locations place ON place.id = level.location_id
    WHERE place.active OR level.backorder_limit <> 2147483647
    ORDER BY level.variant_id, level.location_id
    FOR NO KEY UPDATE OF level
), turns AS (
    SELECT levels.*,
           coalesce(sum(greatest(0, left_over)) OVER (ones ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
           sum(left_over) OVER (PARTITION BY variant_id) AS in_all,
           row_number() OVER (PARTITION BY variant_id ORDER BY active DESC, left_over, location_id) = 1 AS is_emptiest
    FROM levels
    WINDOW ones AS (PARTITION BY variant_id ORDER BY priority, location_id)
), shares AS (
    SELECT variant_id, location_id,
           CASE WHEN quantity <= in_all THEN least(greatest(0, left_over), quantity - before)
                WHEN is_emptiest THEN quantity END AS quantity
    FROM turns
)
INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity)
SELECT $1, variant_id, location_id, quantity::int
FROM shares WHERE quantity > 0
ORDER BY variant_id, location_id
