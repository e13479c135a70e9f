-- Orders that another shop took and a merchant brings along: nobody paid for them here, no stock was promised to them, and
-- what they bought may not be sold any more.
ALTER TABLE orders
    ALTER COLUMN attempt_id DROP NOT NULL,
    ALTER COLUMN cart_id DROP NOT NULL,
    -- {name, key}: what the other shop called it, and what opens its status page here.
    ADD COLUMN carried jsonb,
    ADD CONSTRAINT orders_are_bought_or_carried CHECK (
        (attempt_id IS NULL) = (cart_id IS NULL) AND (attempt_id IS NULL) = (carried IS NOT NULL)),
    ADD CONSTRAINT carried_orders_are_named CHECK (carried IS NULL OR (carried ? 'name' AND carried ? 'key'));
ALTER TABLE order_lines ALTER COLUMN variant_id DROP NOT NULL;

-- For whoever proves to have the e-mail address.
CREATE INDEX orders_to_adopt ON orders (lower(email)) WHERE carried IS NOT NULL AND customer_id IS NULL;

-- What was paid of a carried order is what the merchant says of it once; of all others, what their payment says.
CREATE OR REPLACE FUNCTION guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.carried IS NOT NULL THEN
            RETURN NEW;
        END IF;
        SELECT p.authorized_minor, p.captured_minor, p.voided_minor, p.refunded_minor
        INTO NEW.authorized_minor, NEW.captured_minor, NEW.voided_minor, NEW.refunded_minor
        FROM payments p WHERE p.attempt_id = NEW.attempt_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'an order needs a payment' USING ERRCODE = 'check_violation', CONSTRAINT = 'order_has_payment';
        END IF;
    ELSIF NEW.carried IS DISTINCT FROM OLD.carried THEN
        RAISE EXCEPTION 'where an order comes from does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_keeps_its_origin';
    ELSIF pg_trigger_depth() = 1 AND (NEW.authorized_minor, NEW.captured_minor, NEW.voided_minor, NEW.refunded_minor)
        IS DISTINCT FROM (OLD.authorized_minor, OLD.captured_minor, OLD.voided_minor, OLD.refunded_minor) THEN
        RAISE EXCEPTION 'the sums of an order follow its payment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_follows_payment';
    END IF;
    RETURN NEW;
END $$;

-- A carried order belongs to whoever has its e-mail address; any other, to whoever bought it.
CREATE OR REPLACE FUNCTION guard_order_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.carried IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM customers WHERE id = NEW.customer_id AND lower(email) = lower(NEW.email)) THEN
            RAISE EXCEPTION 'a carried order belongs to whoever has its e-mail address'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'order_is_the_buyers';
        END IF;
    ELSIF NEW.customer_id IS DISTINCT FROM (SELECT customer_id FROM checkout_attempts WHERE id = NEW.attempt_id) THEN
        RAISE EXCEPTION 'an order belongs to whoever bought it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_is_the_buyers';
    END IF;
    RETURN NEW;
END $$;

-- Orders to come are numbered above this number. Nobody draws a number from here to the end of the transaction.
CREATE FUNCTION number_orders_above(number bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ALTER SEQUENCE order_numbers INCREMENT BY 1;
    IF (SELECT last_value FROM order_numbers) <= number THEN
        EXECUTE format('ALTER SEQUENCE order_numbers RESTART WITH %s', number + 1);
    END IF;
END $$;
