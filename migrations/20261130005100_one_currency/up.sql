-- Amounts of two currencies are never added: the sums of a payment are over transactions of one currency, and the parts of an
-- order are in the order's.
CREATE FUNCTION guard_fact_currency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own text;
BEGIN
    -- Nobody else adds a fact that the check below does not see.
    SELECT currency INTO own FROM payments WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM payment_facts WHERE payment_id = NEW.payment_id AND currency <> NEW.currency AND amount_minor > 0)
        OR (NEW.currency <> own AND EXISTS (SELECT FROM payments p JOIN orders o ON o.attempt_id = p.attempt_id
            WHERE p.id = NEW.payment_id)) THEN
        RAISE EXCEPTION 'the sums of a payment are in one currency, not in % too', NEW.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_has_one_currency';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_fact_currency BEFORE INSERT ON payment_facts FOR EACH ROW
    WHEN (NEW.amount_minor > 0) EXECUTE FUNCTION guard_fact_currency();

-- What is put back on a card is in the card's currency.
CREATE TRIGGER guard_entry_currency BEFORE INSERT ON gift_card_entries FOR EACH ROW
    WHEN (NEW.attempt_id IS NOT NULL) EXECUTE FUNCTION guard_hold_currency();

-- Whether every part of a list of amounts is in this currency.
CREATE FUNCTION amounts_are_in(parts jsonb, wanted text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT NOT EXISTS (SELECT FROM jsonb_array_elements(parts) AS part WHERE part #>> '{amount,currency}' <> wanted)
$$;
ALTER TABLE orders ADD CONSTRAINT parts_are_in_the_orders_currency CHECK (
    amounts_are_in(discounts, currency) AND amounts_are_in(shipping_allocations, currency)) NOT VALID;
