-- Called by catalog::store::variants: the variants with these combinations of values, in their order, and whether their stock
-- is counted. $1 the product's id, $2 the variants as JSON, $3 the ids of the options in order.
SELECT v.id, v.inventory_tracked
FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS e (told, place)
CROSS JOIN LATERAL jsonb_to_record(e.told) AS g("values" text[])
LEFT JOIN product_option_values x1 ON x1.option_id = ($3::bigint[])[1] AND x1.name = g."values"[1]
LEFT JOIN product_option_values x2 ON x2.option_id = ($3::bigint[])[2] AND x2.name = g."values"[2]
LEFT JOIN product_option_values x3 ON x3.option_id = ($3::bigint[])[3] AND x3.name = g."values"[3]
JOIN variants v ON v.product_id = $1 AND v.deleted_at IS NULL AND v.value1_id IS NOT DISTINCT FROM x1.id
    AND v.value2_id IS NOT DISTINCT FROM x2.id AND v.value3_id IS NOT DISTINCT FROM x3.id
ORDER BY e.place
