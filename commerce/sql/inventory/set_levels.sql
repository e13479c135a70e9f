-- Called by inventory::levels: makes levels what an inventory CSV says of them, and answers how many differed.
-- $1 [{variant_id, location_id, on_hand, available, unavailable, committed, incoming}]; what is null is not told. What is
-- promised to orders of another shop lies on the shelf, too, but nobody can buy it here: it counts as unavailable.
WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g(variant_id bigint, location_id bigint, on_hand bigint, available bigint,
        unavailable bigint, committed bigint, incoming bigint)
), counted AS MATERIALIZED (
    -- As by whoever changes a variant: it is locked before its levels.
    SELECT v.id FROM variants v WHERE v.id IN (SELECT variant_id FROM given) ORDER BY v.id FOR SHARE
), held AS MATERIALIZED (
    -- Levels are locked in this order everywhere.
    SELECT l.* FROM inventory_levels l JOIN given USING (variant_id, location_id)
    WHERE (SELECT count(*) FROM counted) >= 0
    ORDER BY l.variant_id, l.location_id FOR NO KEY UPDATE OF l
), kept_back AS (
    SELECT g.*, h.on_hand AS held_on_hand, h.incoming AS held_incoming,
        coalesce(h.reserved + h.committed, 0) AS promised,
        CASE WHEN g.unavailable IS NULL THEN greatest(coalesce(h.unavailable, 0), others.pieces)
            ELSE g.unavailable + others.pieces END AS pieces_kept_back
    FROM given g
    LEFT JOIN held h USING (variant_id, location_id)
    CROSS JOIN LATERAL (
        SELECT greatest(0, coalesce(g.committed, 0) - coalesce(h.reserved + h.committed, 0)) AS pieces) others
), wanted AS (
    SELECT k.variant_id, k.location_id, k.pieces_kept_back AS kept_back, counted.on_hand,
        coalesce(k.incoming, k.held_incoming, 0) AS incoming
    FROM kept_back k
    CROSS JOIN LATERAL (
        SELECT coalesce(k.on_hand, k.available + k.pieces_kept_back + k.promised, k.held_on_hand) AS on_hand) told
    -- What nothing is told of stays nothing.
    CROSS JOIN LATERAL (
        SELECT CASE WHEN told.on_hand IS NOT NULL THEN greatest(0, told.on_hand) END AS on_hand) counted
)
INSERT INTO inventory_levels AS l (variant_id, location_id, on_hand, unavailable, incoming, deficit_ack)
SELECT w.variant_id, w.location_id, w.on_hand, w.kept_back, w.incoming,
    -- As for a level that is there: the count stands, whatever it says.
    greatest(0, w.kept_back - w.on_hand)
FROM wanted w
WHERE w.on_hand IS NOT NULL
ORDER BY w.variant_id, w.location_id
ON CONFLICT (variant_id, location_id) DO UPDATE SET
    on_hand = excluded.on_hand, unavailable = excluded.unavailable, incoming = excluded.incoming,
    deficit_ack = greatest(0, -l.backorder_limit + excluded.unavailable + l.reserved + l.committed - excluded.on_hand)
WHERE (l.on_hand, l.unavailable, l.incoming) IS DISTINCT FROM (excluded.on_hand, excluded.unavailable, excluded.incoming)
