-- commerce::payment::store::stale: operations without an outcome that nothing happened to for $1 seconds, oldest first. A charge whose
-- attempt does not wait for it any more is not asked about: its cancellation is, and must not wait behind it.
-- The states are written out so that the plan can go through operations_to_reconcile whatever is bound.
SELECT id, kind FROM payment_operations operation
WHERE state IN ('requested', 'unknown') AND updated_at < db_now() - $1 * interval '1 second'
    AND (kind <> 'charge'
        OR (SELECT attempt.state IN ('awaiting_payment', 'action_required', 'processing')
            FROM payments payment JOIN checkout_attempts attempt ON attempt.id = payment.attempt_id
            WHERE payment.id = operation.payment_id))
ORDER BY updated_at
LIMIT $2
