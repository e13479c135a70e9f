-- commerce::checkout::store::lock_for_payment: locks cart, then attempt, then payment, and reads what settling needs.
-- Rows that changed while the locks were awaited are read again by PostgreSQL before they are answered.
WITH cart AS MATERIALIZED (
    SELECT id, state FROM carts
    WHERE id = (SELECT a.cart_id FROM payments p JOIN checkout_attempts a ON a.id = p.attempt_id WHERE p.id = $1)
    FOR NO KEY UPDATE
)
SELECT attempt.id, attempt.cart_id, attempt.state, attempt.amount_minor, attempt.currency, cart.state = 'open',
       payment.captured_minor, payment.refunded_minor, payment.provider_ref, payment.reported_at,
       EXISTS (SELECT FROM payment_cards card WHERE card.attempt_id = attempt.id)
FROM cart
JOIN checkout_attempts attempt ON attempt.cart_id = cart.id
JOIN payments payment ON payment.attempt_id = attempt.id
WHERE payment.id = $1
FOR NO KEY UPDATE OF attempt, payment
