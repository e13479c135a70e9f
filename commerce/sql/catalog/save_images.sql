-- Called by catalog::store::images: makes the product's images the given ones and counts the changes.
-- $1 the product's id, $2 [{url, alt, position}], $3 the time, $4 whether the images are all that the product has besides those
-- that its variants keep, $5 whether what they show is told, $6 whether their places are, $7 whether those of variants are.
-- An image that is not listed is taken off the product; its row stays, because variants that are
-- deleted may show it still. What the shop's file added stays on the product.
WITH given AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS g(url text, alt text, position int)),
held AS (
    SELECT pm.media_id, m.url, m.alt, pm.position
    FROM product_media pm JOIN media m ON m.id = pm.media_id WHERE pm.product_id = $1 AND NOT pm.by_file),
kept AS (
    SELECT h.* FROM held h WHERE NOT EXISTS (SELECT FROM given g WHERE g.url = h.url)
        AND (NOT $4 OR (NOT $7 AND EXISTS (
            SELECT FROM variants v WHERE v.product_id = $1 AND v.deleted_at IS NULL AND v.media_id = h.media_id)))),
placed AS (
    -- Where places are told, they count, and what is kept follows; otherwise what is there stays before what is new.
    SELECT url, row_number() OVER (ORDER BY turn, place, position) AS position FROM (
        SELECT g.url, g.position, CASE WHEN $4 AND $6 THEN 0 ELSE (h.url IS NULL)::int END AS turn,
            CASE WHEN $4 AND $6 THEN g.position ELSE coalesce(h.position, g.position) END AS place
        FROM given g LEFT JOIN held h USING (url)
        UNION ALL
        SELECT k.url, k.position, ($4 AND $6)::int, k.position FROM kept k) every_one),
added AS (
    INSERT INTO media (url, alt, created_at)
    SELECT g.url, g.alt, $3 FROM given g WHERE NOT EXISTS (SELECT FROM held h WHERE h.url = g.url)
    ORDER BY g.position
    RETURNING id, url),
linked AS (
    INSERT INTO product_media (product_id, media_id, position)
    SELECT $1, a.id, p.position FROM added a JOIN placed p USING (url)
    RETURNING 1),
moved AS (
    UPDATE product_media pm SET position = p.position
    FROM held h JOIN placed p USING (url)
    WHERE pm.product_id = $1 AND pm.media_id = h.media_id AND h.position <> p.position
    RETURNING 1),
described AS (
    UPDATE media m SET alt = g.alt
    FROM held h JOIN given g USING (url)
    WHERE $5 AND m.id = h.media_id AND h.alt IS DISTINCT FROM g.alt
    RETURNING 1),
unlinked AS (
    DELETE FROM product_media pm USING held h
    WHERE pm.product_id = $1 AND pm.media_id = h.media_id
        AND NOT EXISTS (SELECT FROM placed p WHERE p.url = h.url)
    RETURNING 1)
SELECT (SELECT count(*) FROM linked) + (SELECT count(*) FROM moved)
    + (SELECT count(*) FROM described) + (SELECT count(*) FROM unlinked)
