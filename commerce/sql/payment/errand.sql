-- commerce::payment::store::begin: notes that the provider is asked from now on, and reads what to ask. Nothing for an
-- operation that is over, and for a charge whose attempt does not wait for money any more.
WITH sent AS (
    UPDATE payment_operations operation
    SET first_sent_at = coalesce(operation.first_sent_at, $2), updated_at = $2
    FROM (SELECT id, first_sent_at FROM payment_operations WHERE id = $1 FOR NO KEY UPDATE) before,
         payments payment
         JOIN checkout_attempts attempt ON attempt.id = payment.attempt_id
    WHERE operation.id = before.id AND operation.state IN ('requested', 'unknown')
        AND payment.id = operation.payment_id
        AND (operation.kind <> 'charge' OR attempt.state IN ('awaiting_payment', 'action_required', 'processing'))
    RETURNING operation.kind, operation.amount_minor, operation.payment_id, before.first_sent_at IS NOT NULL AS repeated,
        payment.attempt_id, payment.provider, payment.currency,
        attempt.snapshot ->> 'session' AS session, attempt.snapshot ->> 'key' AS key
)
SELECT sent.kind, sent.payment_id, sent.attempt_id, sent.provider, sent.amount_minor,
       coalesce((SELECT fact.currency FROM payment_facts fact
                 WHERE fact.payment_id = sent.payment_id AND fact.kind = 'captured' AND sent.kind = 'refund' LIMIT 1),
                sent.currency),
       sent.session, sent.key, sent.repeated,
       (SELECT id FROM payment_operations charge
        WHERE charge.payment_id = sent.payment_id AND charge.kind = 'charge' ORDER BY created_at DESC LIMIT 1)
FROM sent
