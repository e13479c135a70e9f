-- commerce::checkout::store::begin: the attempt, its payment and, unless it is free, what the provider will be asked.
WITH attempt AS (
    INSERT INTO checkout_attempts
        (id, cart_id, cart_version, token, snapshot, amount_minor, currency, state, expires_at, created_at, updated_at, customer_id,
         client_hash, buyer_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'awaiting_payment', db_now() + $8 * interval '1 second', $9, $9, $13,
            submission_hash($14), submission_hash($14 || ' ' || lower($5 #>> '{cart,buyer,email}')))
), payment AS (
    INSERT INTO payments (id, attempt_id, provider, amount_minor, currency, created_at)
    VALUES ($10, $1, $11, $6, $7, $9)
)
INSERT INTO payment_operations (id, payment_id, kind, amount_minor, created_at, updated_at)
SELECT $12, $10, 'charge', $6, $9, $9 WHERE $12 IS NOT NULL
