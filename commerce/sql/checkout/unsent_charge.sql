-- commerce::checkout::cards::unsent_charge: a charge that no provider was asked for yet, and whose attempt waits for it.
SELECT payment.id, payment.attempt_id, payment.provider, attempt.snapshot ->> 'session'
FROM payment_operations operation
JOIN payments payment ON payment.id = operation.payment_id
JOIN checkout_attempts attempt ON attempt.id = payment.attempt_id
WHERE operation.id = $1 AND operation.kind = 'charge' AND operation.state = 'requested' AND operation.first_sent_at IS NULL
    AND attempt.state IN ('awaiting_payment', 'action_required', 'processing') AND attempt.snapshot ->> 'session' IS NOT NULL
