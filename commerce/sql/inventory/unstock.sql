-- Called by inventory::levels: variants are not stocked at places any more, $1 [{variant_id, location_id}]. Answers the places in
-- $1, from 1, of those of which pieces are promised, which stay, and how many others were stocked. A level that reservations of
-- the past point at stays empty.
WITH given AS (
    SELECT g.variant_id, g.location_id, e.place
    FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e (told, place)
    CROSS JOIN LATERAL jsonb_to_record(e.told) AS g(variant_id bigint, location_id bigint)
), held AS MATERIALIZED (
    SELECT l.variant_id, l.location_id, l.reserved + l.committed > 0 AS is_promised, l.on_hand > 0 AS is_stocked, given.place,
        EXISTS (SELECT FROM inventory_reservations r
            WHERE r.variant_id = l.variant_id AND r.location_id = l.location_id) AS has_history
    FROM inventory_levels l JOIN given USING (variant_id, location_id)
    ORDER BY l.variant_id, l.location_id FOR UPDATE OF l
), emptied AS (
    UPDATE inventory_levels l SET on_hand = 0, unavailable = 0, incoming = 0
    FROM held h WHERE h.variant_id = l.variant_id AND h.location_id = l.location_id
        AND h.has_history AND NOT h.is_promised AND h.is_stocked
    RETURNING 1
), removed AS (
    DELETE FROM inventory_levels l USING held h
    WHERE h.variant_id = l.variant_id AND h.location_id = l.location_id AND NOT h.has_history
    RETURNING 1
)
SELECT (SELECT coalesce(array_agg(place ORDER BY place), '{}') FROM held WHERE is_promised),
    (SELECT count(*) FROM emptied) + (SELECT count(*) FROM removed)
