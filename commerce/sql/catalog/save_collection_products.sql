-- Called by catalog::store::collections: makes the collection's products the given ones in this order
-- and answers the handles that name none. $1 the collection's id, $2 handles.
WITH given AS (
    SELECT h.handle, h.position, p.id
    FROM unnest($2::text[]) WITH ORDINALITY AS h(handle, position) LEFT JOIN products p ON p.handle = h.handle),
removed AS (
    DELETE FROM collection_products c
    WHERE c.collection_id = $1 AND NOT EXISTS (SELECT FROM given g WHERE g.id = c.product_id)),
written AS (
    INSERT INTO collection_products AS c (collection_id, product_id, position)
    SELECT $1, id, position FROM given WHERE id IS NOT NULL
    ON CONFLICT (collection_id, product_id) DO UPDATE SET position = excluded.position
    WHERE c.position <> excluded.position)
SELECT handle FROM given WHERE id IS NULL ORDER BY position
