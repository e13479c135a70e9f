-- Called by inventory::store::set_on_hand: records counted stock. How far a level may be sold beyond it follows the policy of
-- its variant, by trigger. $1 [{variant_id, location_id, on_hand or null to keep it, which makes a level
-- only of a variant that has none anywhere}].
WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g(variant_id bigint, location_id bigint, on_hand int)
), counted AS MATERIALIZED (
    -- As by whoever changes a variant: it is locked before its levels.
    SELECT v.id FROM variants v WHERE v.id IN (SELECT variant_id FROM given) ORDER BY v.id FOR SHARE
)
INSERT INTO inventory_levels AS l (variant_id, location_id, on_hand)
SELECT variant_id, location_id, coalesce(on_hand, 0)
FROM given
WHERE (SELECT count(*) FROM counted) >= 0
    AND (on_hand IS NOT NULL OR NOT EXISTS (SELECT FROM inventory_levels x WHERE x.variant_id = given.variant_id))
-- Levels are locked in this order everywhere.
ORDER BY variant_id, location_id
ON CONFLICT (variant_id, location_id) DO UPDATE SET
    on_hand = coalesce((SELECT g.on_hand FROM given g
        WHERE g.variant_id = l.variant_id AND g.location_id = l.location_id), l.on_hand),
    -- What is promised beyond what was counted and may be oversold is acknowledged: the count stands,
    -- and nothing more can be reserved until stock has recovered.
    deficit_ack = greatest(0, -l.backorder_limit + l.unavailable + l.reserved + l.committed
        - coalesce((SELECT g.on_hand FROM given g
            WHERE g.variant_id = l.variant_id AND g.location_id = l.location_id), l.on_hand))
WHERE l.on_hand <> coalesce((SELECT g.on_hand FROM given g
    WHERE g.variant_id = l.variant_id AND g.location_id = l.location_id), l.on_hand)
