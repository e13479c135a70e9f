-- Called by inventory::store::set_on_hand: records counted stock and how far it may be oversold.
-- $1 the location, $2 [{variant_id, on_hand or null to keep it, backorder_limit}].
WITH given AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS g(variant_id bigint, on_hand int, backorder_limit int))
INSERT INTO inventory_levels AS l (variant_id, location_id, on_hand, backorder_limit)
SELECT variant_id, $1, coalesce(on_hand, 0), backorder_limit
FROM given
-- Levels are locked in this order everywhere.
ORDER BY variant_id
ON CONFLICT (variant_id, location_id) DO UPDATE SET
    on_hand = coalesce((SELECT g.on_hand FROM given g WHERE g.variant_id = l.variant_id), l.on_hand),
    backorder_limit = excluded.backorder_limit,
    -- What is promised beyond what was counted and may be oversold is acknowledged: the count stands,
    -- and nothing more can be reserved until stock has recovered.
    deficit_ack = greatest(0, -excluded.backorder_limit::bigint + l.unavailable + l.reserved + l.committed
        - coalesce((SELECT g.on_hand FROM given g WHERE g.variant_id = l.variant_id), l.on_hand))
WHERE l.backorder_limit <> excluded.backorder_limit
    OR l.on_hand <> coalesce((SELECT g.on_hand FROM given g WHERE g.variant_id = l.variant_id), l.on_hand)
