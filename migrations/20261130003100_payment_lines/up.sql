-- What the lines were when the buyer agreed to a payment, beside its amount: two changes of prices may leave the total as it was.
-- SHA-256 over the lines and their quantities, then over their prices; the second half is compared where the first is the same,
-- so that what the release before changes, which does not write it, is not held against the buyer.
ALTER TABLE carts ADD COLUMN payment_lines bytea CHECK (length(payment_lines) = 64);
