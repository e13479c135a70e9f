-- Called by inventory::levels: the variants of products with the handles $1, and those with the stock keeping units $2.
SELECT v.id, p.handle, array_remove(ARRAY[x1.name, x2.name, x3.name], NULL), v.sku, v.inventory_tracked
FROM variants v
JOIN products p ON p.id = v.product_id
LEFT JOIN product_option_values x1 ON x1.id = v.value1_id
LEFT JOIN product_option_values x2 ON x2.id = v.value2_id
LEFT JOIN product_option_values x3 ON x3.id = v.value3_id
WHERE v.deleted_at IS NULL AND (p.handle = ANY ($1) OR v.sku = ANY ($2))
ORDER BY v.id
