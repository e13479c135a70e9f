-- commerce::payment::store::stale: operations without an outcome that nothing happened to for long, oldest first.
-- The states are written out so that the plan can go through operations_to_reconcile whatever is bound.
SELECT id, kind FROM payment_operations
WHERE state IN ('requested', 'unknown') AND updated_at < $1
ORDER BY updated_at
LIMIT $2
