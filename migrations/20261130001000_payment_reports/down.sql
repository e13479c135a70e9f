DROP TRIGGER guard_operation_state ON payment_operations;
DROP FUNCTION guard_operation_state();

ALTER TABLE checkout_attempts
    DROP CONSTRAINT only_what_failed_has_a_code,
    DROP CONSTRAINT failures_have_a_code;
UPDATE checkout_attempts SET failure_code = NULL WHERE state <> 'failed' AND failure_code IS NOT NULL;
ALTER TABLE checkout_attempts
    ADD CONSTRAINT checkout_attempts_check1 CHECK ((state = 'failed') = (failure_code IS NOT NULL));

ALTER TABLE payment_operations DROP COLUMN last_error;
ALTER TABLE payments DROP COLUMN reported_at;
