-- commerce::payment::refused::overdue: what was taken too much and the provider refused to give back $1 seconds ago, longest ago first.
-- The conditions are written out so that the plan can go through refused_refunds whatever is bound.
SELECT id FROM payment_operations
WHERE kind = 'refund' AND state = 'failed' AND failure_code = 'refused' AND NOT by_merchant AND updated_at < db_now() - $1 * interval '1 second'
ORDER BY updated_at
LIMIT $2
