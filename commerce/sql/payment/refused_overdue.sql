-- commerce::payment::refused::overdue: what was taken too much and the provider refused to give back, longest ago first.
-- The conditions are written out so that the plan can go through refused_refunds whatever is bound.
SELECT id FROM payment_operations
WHERE kind = 'refund' AND state = 'failed' AND failure_code = 'refused' AND NOT by_merchant AND updated_at < $1
ORDER BY updated_at
LIMIT $2
