-- commerce::cart::store::delete_expired: open carts that nobody changed for long and that no attempt refers to, locked.
-- The state is written out so that the plan can go through carts_to_expire whatever is bound.
SELECT id FROM carts
WHERE state = 'open' AND expires_at < $1
    AND NOT EXISTS (SELECT FROM checkout_attempts WHERE cart_id = carts.id)
ORDER BY expires_at
LIMIT $2
FOR UPDATE SKIP LOCKED
