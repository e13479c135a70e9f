-- commerce::checkout::store::require_action: the buyer is sent somewhere, and has $3 seconds to get there and back.
UPDATE checkout_attempts
SET state = 'action_required', action_url = $2, expires_at = db_now() + $3 * interval '1 second', updated_at = $4
WHERE id = $1
