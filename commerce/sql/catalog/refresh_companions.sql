-- commerce::catalog::companions::refresh: which products were bought together since $1, in orders that were not
-- canceled; the 20 most frequent companions of each, written where they changed.
WITH bought AS (
    SELECT DISTINCT line.order_id, variant.product_id
    FROM orders placed
    JOIN order_lines line ON line.order_id = placed.id
    JOIN variants variant ON variant.id = line.variant_id
    WHERE placed.canceled_at IS NULL AND placed.processed_at >= $1),
ranked AS (
    SELECT one.product_id, other.product_id AS companion_id, count(*)::int AS orders,
        row_number() OVER (PARTITION BY one.product_id ORDER BY count(*) DESC, other.product_id DESC) AS place
    FROM bought one JOIN bought other ON other.order_id = one.order_id AND other.product_id <> one.product_id
    GROUP BY one.product_id, other.product_id),
kept AS (SELECT product_id, companion_id, orders FROM ranked WHERE place <= 20),
gone AS (
    DELETE FROM product_companions c WHERE NOT EXISTS (
        SELECT FROM kept k WHERE k.product_id = c.product_id AND k.companion_id = c.companion_id))
INSERT INTO product_companions AS c (product_id, companion_id, orders)
SELECT product_id, companion_id, orders FROM kept ORDER BY product_id, companion_id
ON CONFLICT (product_id, companion_id) DO UPDATE SET orders = excluded.orders WHERE c.orders <> excluded.orders
