-- The attempts that are under way, in a list of their own: whether an attempt is alive changes with its state, and an index that says so
-- would learn of every order. The list is short, kept by the trigger alone, and bears the rule that a cart has one live attempt.
CREATE TABLE live_attempts (
    attempt_id uuid PRIMARY KEY,
    cart_id uuid NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX live_attempts_by_deadline ON live_attempts (expires_at);

-- A role that serves requests does not write the list itself.
CREATE FUNCTION list_live_attempt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state IN ('awaiting_payment', 'action_required', 'processing', 'expiring') THEN
        INSERT INTO live_attempts AS live (attempt_id, cart_id, expires_at) VALUES (NEW.id, NEW.cart_id, NEW.expires_at)
        ON CONFLICT (attempt_id) DO UPDATE SET expires_at = excluded.expires_at WHERE live.expires_at <> excluded.expires_at;
    ELSE
        DELETE FROM live_attempts WHERE attempt_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER list_new_attempt AFTER INSERT ON checkout_attempts FOR EACH ROW EXECUTE FUNCTION list_live_attempt();
CREATE TRIGGER list_live_attempt AFTER UPDATE OF state, expires_at ON checkout_attempts FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.expires_at <> NEW.expires_at) EXECUTE FUNCTION list_live_attempt();

-- The triggers keep writers out until the commit. The index stands until the list has taken over its rule.
INSERT INTO live_attempts (attempt_id, cart_id, expires_at)
SELECT id, cart_id, expires_at FROM checkout_attempts
WHERE state IN ('awaiting_payment', 'action_required', 'processing', 'expiring');
DROP INDEX attempts_to_expire, one_live_attempt_per_cart;
ALTER TABLE live_attempts ADD CONSTRAINT one_live_attempt_per_cart UNIQUE (cart_id);
-- Room for the next version of each row beside it.
ALTER TABLE checkout_attempts SET (fillfactor = 50);
