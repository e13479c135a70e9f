-- cart::store::put_lines: stores lines of a locked cart and touches it. A line without a position goes to the end.
WITH touched AS (
    UPDATE carts SET version = $2, updated_at = $3, expires_at = $4,
        payment_lines = CASE WHEN payment_method IS NOT NULL THEN $11 END
    WHERE id = $1
)
INSERT INTO cart_lines (id, cart_id, variant_id, quantity, attributes, merge_key, position)
OVERRIDING SYSTEM VALUE
SELECT n.id, $1, n.variant_id, n.quantity, n.attributes, n.merge_key,
       coalesce(n.position, nextval('cart_lines_position_seq'))
FROM (SELECT * FROM unnest($5::uuid[], $6::bigint[], $7::int[], $8::jsonb[], $9::bytea[], $10::bigint[])
          WITH ORDINALITY AS u(id, variant_id, quantity, attributes, merge_key, position, place)
      ORDER BY u.place) n
ON CONFLICT (cart_id, merge_key) DO UPDATE SET quantity = excluded.quantity
RETURNING id, position
