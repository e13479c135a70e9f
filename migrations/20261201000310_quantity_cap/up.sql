-- No attempt buys more pieces than ORDER_MAX_QUANTITY may be set to at most: 500 lines of 1,000,000. Sums of stock and of orders are
-- made for that many, whatever a process thinks that its setting is.
CREATE FUNCTION cap_attempt_quantity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum((line ->> 'quantity')::numeric) FROM jsonb_array_elements(NEW.snapshot #> '{cart,lines}') line) > 500000000 THEN
        RAISE EXCEPTION 'an order has at most 500000000 pieces'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attempt_within_quantity_cap';
    END IF;
    RETURN NEW;
END $$;
-- A snapshot never changes but by erasure, which leaves its lines.
CREATE TRIGGER cap_attempt_quantity BEFORE INSERT ON checkout_attempts FOR EACH ROW EXECUTE FUNCTION cap_attempt_quantity();
