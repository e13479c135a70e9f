-- Called by catalog::store::options when variants have come or gone: takes away the values that no
-- variant has any more. $1 the product's id, $2 the ids of its options.
WITH dropped AS (
    DELETE FROM product_options WHERE product_id = $1 AND id <> ALL ($2) RETURNING id)
DELETE FROM product_option_values x
WHERE x.product_id = $1 AND x.option_id NOT IN (SELECT id FROM dropped)
    AND NOT EXISTS (
        SELECT FROM variants v WHERE v.product_id = $1 AND v.deleted_at IS NULL
            AND x.id IN (v.value1_id, v.value2_id, v.value3_id))
