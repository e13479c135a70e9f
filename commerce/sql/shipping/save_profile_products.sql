-- Called by shipping::store: puts products into their profiles, takes all others out of theirs, and answers the
-- profiles and handles of which there is no product. $1 the profiles' ids, $2 the handles, one for one.
WITH given AS (
    SELECT g.profile_id, g.handle, g.position, p.id AS product_id
    FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS g(profile_id, handle, position)
    LEFT JOIN products p ON p.handle = g.handle),
removed AS (
    DELETE FROM delivery_profile_products m
    WHERE NOT EXISTS (SELECT FROM given g WHERE g.product_id = m.product_id)),
written AS (
    INSERT INTO delivery_profile_products AS m (product_id, profile_id)
    SELECT product_id, profile_id FROM given WHERE product_id IS NOT NULL
    ON CONFLICT (product_id) DO UPDATE SET profile_id = excluded.profile_id
    WHERE m.profile_id <> excluded.profile_id)
SELECT d.name, g.handle FROM given g JOIN delivery_profiles d ON d.id = g.profile_id
WHERE g.product_id IS NULL ORDER BY g.position
