-- commerce::checkout::store::overdue: attempts that are out of time and have not been ended yet, longest overdue first, behind the
-- place of the one before. Whoever holds the last units of something is out of time already when $1 seconds are left. The list of
-- attempts that are alive is gone through by its deadlines, and each attempt looked up by itself, however few the planner expects.
SELECT attempt.id, attempt.expires_at
FROM live_attempts live
CROSS JOIN LATERAL (SELECT id, state, expires_at FROM checkout_attempts WHERE id = live.attempt_id OFFSET 0) attempt
WHERE live.expires_at <= db_now() + $1 * interval '1 second'
    AND attempt.state IN ('awaiting_payment', 'action_required', 'processing')
    AND ($2::timestamptz IS NULL OR (live.expires_at, live.attempt_id) > ($2, $3))
    AND (live.expires_at <= db_now() OR EXISTS (SELECT FROM inventory_reservations held
        WHERE held.attempt_id = attempt.id AND held.state = 'held'
            AND NOT EXISTS (SELECT FROM inventory_levels level WHERE level.variant_id = held.variant_id
                AND (level.available > 0 OR level.backorder_limit > 0))))
ORDER BY live.expires_at, live.attempt_id
LIMIT $4
