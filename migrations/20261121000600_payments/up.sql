-- Money: one payment per attempt, what we asked the provider for, and what it told us.
CREATE TABLE payments (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL UNIQUE REFERENCES checkout_attempts,
    provider text NOT NULL,
    -- The provider's name for the payment, once it has one.
    provider_ref text,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    currency text NOT NULL REFERENCES shops (currency),
    -- Sums over the facts, kept by their trigger alone.
    authorized_minor bigint NOT NULL DEFAULT 0 CHECK (authorized_minor >= 0),
    captured_minor bigint NOT NULL DEFAULT 0 CHECK (captured_minor >= 0),
    voided_minor bigint NOT NULL DEFAULT 0 CHECK (voided_minor >= 0),
    refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    created_at timestamptz NOT NULL,
    CONSTRAINT payment_captured_within_authorized CHECK (captured_minor + voided_minor <= authorized_minor),
    CONSTRAINT payment_refunded_within_captured CHECK (refunded_minor <= captured_minor)
);
CREATE UNIQUE INDEX payments_by_provider_ref ON payments (provider, provider_ref) WHERE provider_ref IS NOT NULL;

CREATE TABLE payment_operations (
    -- Also the idempotency key that the provider sees.
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    kind text NOT NULL CHECK (kind IN ('charge', 'cancel', 'refund')),
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'unknown', 'succeeded', 'failed')),
    -- When the provider was first asked: from then on money may move.
    first_sent_at timestamptz,
    failure_code text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX one_operation_in_flight ON payment_operations (payment_id, kind) WHERE state IN ('requested', 'unknown');
CREATE INDEX operations_to_reconcile ON payment_operations (updated_at) WHERE state IN ('requested', 'unknown');

CREATE TABLE payment_facts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    kind text NOT NULL CHECK (kind IN ('authorized', 'captured', 'voided', 'refunded', 'declined')),
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    currency text NOT NULL,
    provider text NOT NULL,
    -- The provider's name for this very fact: told twice, it is stored once.
    provider_fact_ref text NOT NULL,
    source text NOT NULL CHECK (source IN ('response', 'webhook', 'reconcile')),
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (provider, kind, provider_fact_ref)
);
CREATE INDEX payment_facts_by_payment ON payment_facts (payment_id);

CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_only_grows';
END $$;
CREATE TRIGGER forbid_change BEFORE UPDATE OR DELETE ON payment_facts FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- A captured fact implies its authorisation, because facts arrive in any order.
CREATE FUNCTION apply_payment_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments SET
        captured_minor = captured_minor + CASE NEW.kind WHEN 'captured' THEN NEW.amount_minor ELSE 0 END,
        voided_minor = voided_minor + CASE NEW.kind WHEN 'voided' THEN NEW.amount_minor ELSE 0 END,
        refunded_minor = refunded_minor + CASE NEW.kind WHEN 'refunded' THEN NEW.amount_minor ELSE 0 END,
        authorized_minor = CASE NEW.kind
            WHEN 'authorized' THEN greatest(authorized_minor, NEW.amount_minor)
            WHEN 'captured' THEN greatest(authorized_minor, captured_minor + voided_minor + NEW.amount_minor)
            WHEN 'voided' THEN greatest(authorized_minor, captured_minor + voided_minor + NEW.amount_minor)
            ELSE authorized_minor END
    WHERE id = NEW.payment_id;
    RETURN NEW;
END $$;
CREATE TRIGGER apply_payment_fact AFTER INSERT ON payment_facts FOR EACH ROW EXECUTE FUNCTION apply_payment_fact();

CREATE FUNCTION guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND (
        (TG_OP = 'INSERT' AND (NEW.authorized_minor, NEW.captured_minor, NEW.voided_minor, NEW.refunded_minor) <> (0, 0, 0, 0))
        OR (TG_OP = 'UPDATE' AND (NEW.authorized_minor, NEW.captured_minor, NEW.voided_minor, NEW.refunded_minor)
            <> (OLD.authorized_minor, OLD.captured_minor, OLD.voided_minor, OLD.refunded_minor))) THEN
        RAISE EXCEPTION 'the sums of a payment follow its facts'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_follows_facts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_payment BEFORE INSERT OR UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION guard_payment();

-- An order's sums are its payment's, from its first moment on.
CREATE FUNCTION copy_payment_to_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders SET authorized_minor = NEW.authorized_minor, captured_minor = NEW.captured_minor,
        voided_minor = NEW.voided_minor, refunded_minor = NEW.refunded_minor
    WHERE attempt_id = NEW.attempt_id;
    RETURN NEW;
END $$;
CREATE TRIGGER copy_payment_to_order AFTER UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION copy_payment_to_order();

CREATE FUNCTION guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT p.authorized_minor, p.captured_minor, p.voided_minor, p.refunded_minor
        INTO NEW.authorized_minor, NEW.captured_minor, NEW.voided_minor, NEW.refunded_minor
        FROM payments p WHERE p.attempt_id = NEW.attempt_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'an order needs a payment' USING ERRCODE = 'check_violation', CONSTRAINT = 'order_has_payment';
        END IF;
    ELSIF pg_trigger_depth() = 1 AND (NEW.authorized_minor, NEW.captured_minor, NEW.voided_minor, NEW.refunded_minor)
        IS DISTINCT FROM (OLD.authorized_minor, OLD.captured_minor, OLD.voided_minor, OLD.refunded_minor) THEN
        RAISE EXCEPTION 'the sums of an order follow its payment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_follows_payment';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_order BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION guard_order();

CREATE TABLE webhook_inbox (
    provider text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    processed_at timestamptz,
    PRIMARY KEY (provider, event_id)
);
CREATE INDEX webhook_inbox_open ON webhook_inbox (received_at) WHERE processed_at IS NULL;
