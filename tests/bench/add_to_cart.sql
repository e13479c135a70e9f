-- The writes and the read-back of one add to cart, in one transaction.
\set cart random(1, 1000)
\set variant :cart * 20 + random(1, 20)
BEGIN;
SELECT id, currency, version FROM carts WHERE id = lpad(to_hex(:cart::int), 32, '0')::uuid FOR NO KEY UPDATE;
INSERT INTO cart_lines (id, cart_id, variant_id, quantity, merge_key)
    SELECT gen_random_uuid(), lpad(to_hex(:cart::int), 32, '0')::uuid, v.id, 1, sha256(v.id::text::bytea)
    FROM variants v WHERE v.id = :variant
    ON CONFLICT (cart_id, merge_key) DO UPDATE SET quantity = least(cart_lines.quantity + 1, 1000);
UPDATE carts SET version = version + 1, updated_at = now() WHERE id = lpad(to_hex(:cart::int), 32, '0')::uuid;
SELECT l.id, l.quantity, v.id, v.title, v.price_minor, p.title, p.handle
FROM cart_lines l JOIN variants v ON v.id = l.variant_id JOIN products p ON p.id = v.product_id
WHERE l.cart_id = lpad(to_hex(:cart::int), 32, '0')::uuid ORDER BY l.position LIMIT 100;
COMMIT;
