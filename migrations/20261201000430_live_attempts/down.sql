DROP TRIGGER list_live_attempt ON checkout_attempts;
DROP TRIGGER list_new_attempt ON checkout_attempts;
DROP FUNCTION list_live_attempt();
DROP TABLE live_attempts;
CREATE UNIQUE INDEX one_live_attempt_per_cart ON checkout_attempts (cart_id)
    WHERE state IN ('awaiting_payment', 'action_required', 'processing', 'expiring');
CREATE INDEX attempts_to_expire ON checkout_attempts (expires_at)
    WHERE state IN ('awaiting_payment', 'action_required', 'processing', 'expiring');
ALTER TABLE checkout_attempts RESET (fillfactor);
