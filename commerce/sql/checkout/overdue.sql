-- commerce::checkout::store::overdue: attempts that are out of time and have not been ended yet, longest overdue first. The list of
-- those that are alive is gone through by its deadlines.
SELECT attempt.id
FROM live_attempts live
JOIN checkout_attempts attempt ON attempt.id = live.attempt_id
WHERE live.expires_at <= $1 AND attempt.state IN ('awaiting_payment', 'action_required', 'processing')
ORDER BY live.expires_at
LIMIT $2
