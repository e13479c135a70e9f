-- commerce::checkout::store::overdue: attempts that are out of time and have not been ended yet, longest overdue first, behind the
-- place of the one before. Whoever holds the last units of something is out of time already when $2 seconds are left.
-- The states are written out so that the plan can go through attempts_to_expire whatever is bound.
SELECT id, expires_at FROM checkout_attempts attempt
WHERE state IN ('awaiting_payment', 'action_required', 'processing') AND expires_at <= $1 + $2 * interval '1 second'
    AND ($3::timestamptz IS NULL OR (expires_at, id) > ($3, $4))
    AND (expires_at <= $1 OR EXISTS (SELECT FROM inventory_reservations held
        WHERE held.attempt_id = attempt.id AND held.state = 'held'
            AND NOT EXISTS (SELECT FROM inventory_levels level WHERE level.variant_id = held.variant_id
                AND (level.available > 0 OR level.backorder_limit > 0))))
ORDER BY expires_at, id
LIMIT $5
