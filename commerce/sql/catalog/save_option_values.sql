-- Called by catalog::store::options: adds values that are new and re-orders the others; counts both.
-- $1 the product's id, $2 its options' ids in order, $3 [{option: 1.., name, position}].
WITH written AS (
    INSERT INTO product_option_values AS v (option_id, product_id, name, position)
    SELECT ($2::bigint[])[g.option], $1, g.name, g.position
    FROM jsonb_to_recordset($3::jsonb) AS g(option int, name text, position smallint)
    ORDER BY g.option, g.position
    ON CONFLICT (option_id, name) DO UPDATE SET position = excluded.position
    WHERE v.position <> excluded.position
    RETURNING 1)
SELECT count(*) FROM written
