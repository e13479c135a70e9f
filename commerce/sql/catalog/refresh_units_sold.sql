-- commerce::catalog::best_sellers::refresh: what each product sold since $1, written where it changed.
UPDATE products SET units_sold = counted.units
FROM (
    SELECT product.id, coalesce(sum(line.quantity) FILTER (WHERE placed.id IS NOT NULL), 0)::bigint AS units
    FROM products product
    LEFT JOIN variants variant ON variant.product_id = product.id
    LEFT JOIN order_lines line ON line.variant_id = variant.id
    LEFT JOIN orders placed ON placed.id = line.order_id AND placed.canceled_at IS NULL AND placed.processed_at >= $1
    GROUP BY product.id
) counted
WHERE products.id = counted.id AND products.units_sold <> counted.units
