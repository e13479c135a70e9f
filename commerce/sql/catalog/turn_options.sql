-- Called by catalog::store::options after options have changed places: every value follows its option.
-- $1 the product's id, $2 its options' ids in their new order.
UPDATE variants v SET value1_id = t."values"[1], value2_id = t."values"[2], value3_id = t."values"[3]
FROM (
    SELECT w.id, array_agg(x.id ORDER BY array_position($2::bigint[], x.option_id)) AS "values"
    FROM variants w JOIN product_option_values x ON x.id IN (w.value1_id, w.value2_id, w.value3_id)
    WHERE w.product_id = $1 AND w.deleted_at IS NULL
    GROUP BY w.id) t
WHERE v.id = t.id
