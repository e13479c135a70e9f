-- Called by catalog::store::variants: deletes the variants that are not listed and revives listed
-- ones; counts both. $1 the product's id, $2 [{title, values}], $3 the time,
-- $4 the ids of the options in order.
-- A deleted variant lets go of its option values, so that these can go too, and keeps its title, by
-- which it is found again.
WITH given AS (
    SELECT g.title, x1.id AS value1_id, x2.id AS value2_id, x3.id AS value3_id
    FROM jsonb_to_recordset($2::jsonb) AS g(title text, "values" text[])
    LEFT JOIN product_option_values x1 ON x1.option_id = ($4::bigint[])[1] AND x1.name = g."values"[1]
    LEFT JOIN product_option_values x2 ON x2.option_id = ($4::bigint[])[2] AND x2.name = g."values"[2]
    LEFT JOIN product_option_values x3 ON x3.option_id = ($4::bigint[])[3] AND x3.name = g."values"[3]),
live AS (
    SELECT v.id, g.title IS NOT NULL AS is_listed, g.title
    FROM variants v
    LEFT JOIN given g ON v.value1_id = g.value1_id
        AND v.value2_id IS NOT DISTINCT FROM g.value2_id AND v.value3_id IS NOT DISTINCT FROM g.value3_id
    WHERE v.product_id = $1 AND v.deleted_at IS NULL),
deleted AS (
    UPDATE variants v SET deleted_at = $3, updated_at = $3, value1_id = NULL, value2_id = NULL, value3_id = NULL
    FROM live l WHERE v.id = l.id AND NOT l.is_listed
    RETURNING 1),
found AS (
    SELECT DISTINCT ON (g.title) v.id, g.value1_id, g.value2_id, g.value3_id
    FROM given g JOIN variants v ON v.product_id = $1 AND v.title = g.title AND v.deleted_at IS NOT NULL
    WHERE NOT EXISTS (SELECT FROM live l WHERE l.title = g.title)
    ORDER BY g.title, v.id DESC),
revived AS (
    UPDATE variants v SET deleted_at = NULL, updated_at = $3,
        value1_id = f.value1_id, value2_id = f.value2_id, value3_id = f.value3_id
    FROM found f WHERE v.id = f.id
    RETURNING 1)
SELECT (SELECT count(*) FROM deleted) + (SELECT count(*) FROM revived)
