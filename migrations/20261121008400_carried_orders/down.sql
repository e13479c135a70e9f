-- Refused while there are carried orders: they have no place in the schema before.
DROP FUNCTION number_orders_above(bigint);

CREATE OR REPLACE FUNCTION guard_order_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.customer_id IS DISTINCT FROM (SELECT customer_id FROM checkout_attempts WHERE id = NEW.attempt_id) THEN
        RAISE EXCEPTION 'an order belongs to whoever bought it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_is_the_buyers';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
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

DROP INDEX orders_to_adopt;
ALTER TABLE order_lines ALTER COLUMN variant_id SET NOT NULL;
ALTER TABLE orders
    DROP COLUMN carried,
    ALTER COLUMN cart_id SET NOT NULL,
    ALTER COLUMN attempt_id SET NOT NULL;
