-- A report that is older than what a provider told before moves nothing backwards, an operation says why it has no outcome
-- or was refused, and an attempt says why its money goes back.
ALTER TABLE payments
    -- When the charge came to be as the latest report says, by the provider's clock.
    ADD COLUMN reported_at timestamptz;

ALTER TABLE payment_operations
    -- Why the latest call had no outcome, or was refused; for staff.
    ADD COLUMN last_error text;

-- What was a decline's alone names the reason of a refund, and of an end before the provider had answered, too. Rows from before keep the stricter rule, so none is looked at.
ALTER TABLE checkout_attempts
    DROP CONSTRAINT checkout_attempts_check1,
    ADD CONSTRAINT failures_have_a_code CHECK (state <> 'failed' OR failure_code IS NOT NULL) NOT VALID,
    ADD CONSTRAINT only_what_failed_has_a_code CHECK (failure_code IS NULL OR state IN ('failed', 'refund_due', 'expired')) NOT VALID;

-- An outcome is final. A refund that the provider refused may be asked for again, with its own key.
CREATE FUNCTION guard_operation_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('succeeded', 'failed') AND NOT (NEW.kind = 'refund' AND NEW.state = 'requested'
        AND OLD.state = 'failed' AND OLD.failure_code IS NOT DISTINCT FROM 'refused') THEN
        RAISE EXCEPTION 'an operation cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'operation_goes_forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_operation_state BEFORE UPDATE OF state ON payment_operations
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION guard_operation_state();
