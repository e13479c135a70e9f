-- Called by catalog::store::images: makes the product's images the given ones and counts the changes.
-- $1 the product's id, $2 [{url, alt, position}], $3 the time.
-- An image that is not listed is taken off the product; its row stays, because variants that are
-- deleted may show it still. What the shop's file added stays on the product.
WITH given AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS g(url text, alt text, position int)),
held AS (
    SELECT pm.media_id, m.url, m.alt, pm.position
    FROM product_media pm JOIN media m ON m.id = pm.media_id WHERE pm.product_id = $1 AND NOT pm.by_file),
added AS (
    INSERT INTO media (url, alt, created_at)
    SELECT g.url, g.alt, $3 FROM given g WHERE NOT EXISTS (SELECT FROM held h WHERE h.url = g.url)
    ORDER BY g.position
    RETURNING id, url),
linked AS (
    INSERT INTO product_media (product_id, media_id, position)
    SELECT $1, a.id, g.position FROM added a JOIN given g USING (url)
    RETURNING 1),
moved AS (
    UPDATE product_media pm SET position = g.position
    FROM held h JOIN given g USING (url)
    WHERE pm.product_id = $1 AND pm.media_id = h.media_id AND h.position <> g.position
    RETURNING 1),
described AS (
    UPDATE media m SET alt = g.alt
    FROM held h JOIN given g USING (url)
    WHERE m.id = h.media_id AND h.alt IS DISTINCT FROM g.alt
    RETURNING 1),
unlinked AS (
    DELETE FROM product_media pm USING held h
    WHERE pm.product_id = $1 AND pm.media_id = h.media_id
        AND NOT EXISTS (SELECT FROM given g WHERE g.url = h.url)
    RETURNING 1)
SELECT (SELECT count(*) FROM linked) + (SELECT count(*) FROM moved)
    + (SELECT count(*) FROM described) + (SELECT count(*) FROM unlinked)
