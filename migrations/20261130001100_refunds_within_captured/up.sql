-- Whoever asks for it and however often: no more is given back of a payment than was taken. A refund that was refused counts
-- again as soon as it is asked for again.
CREATE FUNCTION guard_refund_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken bigint;
BEGIN
    -- Nobody else asks for anything of this payment that the sum below does not see.
    SELECT captured_minor INTO taken FROM payments WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.amount_minor + (SELECT coalesce(sum(amount_minor), 0) FROM payment_operations
        WHERE payment_id = NEW.payment_id AND kind = 'refund' AND state <> 'failed' AND id <> NEW.id) > taken THEN
        RAISE EXCEPTION 'more would be given back than was taken'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_within_captured';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_refund_sum BEFORE INSERT OR UPDATE OF state ON payment_operations
    FOR EACH ROW WHEN (NEW.kind = 'refund' AND NEW.state = 'requested') EXECUTE FUNCTION guard_refund_sum();

-- What the provider refused and is asked for again from time to time.
CREATE INDEX refused_refunds ON payment_operations (updated_at)
    WHERE kind = 'refund' AND state = 'failed' AND failure_code = 'refused';
