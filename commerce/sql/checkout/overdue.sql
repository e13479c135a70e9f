-- commerce::checkout::store::overdue: attempts that are out of time and have not been ended yet, longest overdue first.
-- The states are written out so that the plan can go through attempts_to_expire whatever is bound.
SELECT id FROM checkout_attempts
WHERE expires_at <= $1 AND state IN ('awaiting_payment', 'action_required', 'processing')
ORDER BY expires_at
LIMIT $2
