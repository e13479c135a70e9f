-- What buyers of a market pay in, and how its prices follow from the shop's.
ALTER TABLE markets
    -- Null for the shop's own.
    ADD COLUMN currency text CHECK (currency ~ '^[A-Z]{3}$'),
    -- The currency that the rate is for one of; a shop with rates keeps its currency.
    ADD COLUMN own_currency text REFERENCES shops (currency),
    -- Major units of the market's currency for one of the shop's, in millionths.
    ADD COLUMN rate_micros bigint CHECK (rate_micros BETWEEN 1 AND 1000000000000),
    -- Prices are multiples of so many minor units.
    ADD COLUMN step_minor bigint NOT NULL DEFAULT 1 CHECK (step_minor BETWEEN 1 AND 1000000000),
    ADD CONSTRAINT a_currency_has_a_rate CHECK ((currency IS NULL) = (rate_micros IS NULL)
        AND (currency IS NULL) = (own_currency IS NULL) AND (currency IS NOT NULL OR step_minor = 1)),
    ADD CONSTRAINT a_rate_leads_elsewhere CHECK (currency <> own_currency);

-- How amounts of the shop's are shown in a country, in the JSON that `commerce::kernel::Exchange` reads. Nowhere in particular
-- they are what they are.
CREATE FUNCTION exchange_in(place text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('from', s.currency, 'to', coalesce(m.currency, s.currency),
        'rate_micros', coalesce(m.rate_micros, 1000000), 'step_minor', coalesce(m.step_minor, 1))
    FROM shops s
    LEFT JOIN markets m ON place IS NOT NULL AND m.currency IS NOT NULL AND m.id = coalesce(
        (SELECT c.market_id FROM market_countries c WHERE c.country = place),
        (SELECT r.id FROM markets r WHERE r.for_the_rest)));
END $$;

-- Amounts of a purchase are in its cart's currency, which is that of the buyer's country, whatever the caller says. What the
-- buyer agreed to pay in another is forgotten.
ALTER TABLE carts DROP CONSTRAINT carts_currency_fkey;
CREATE FUNCTION settle_cart_currency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    settled text := exchange_in(NEW.country) ->> 'to';
BEGIN
    -- Whoever notes what the buyer agreed to says in which currency.
    IF TG_OP = 'UPDATE' AND NEW.currency <> settled THEN
        NEW.payment_method := NULL;
        NEW.payment_session := NULL;
        NEW.payment_amount_minor := NULL;
    END IF;
    NEW.currency := settled;
    RETURN NEW;
END $$;
CREATE TRIGGER settle_cart_currency BEFORE INSERT OR UPDATE ON carts FOR EACH ROW EXECUTE FUNCTION settle_cart_currency();

-- An attempt, its payment and its order are in one currency.
ALTER TABLE checkout_attempts
    DROP CONSTRAINT checkout_attempts_currency_fkey,
    ADD CONSTRAINT attempt_has_a_currency CHECK (currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT attempts_by_currency UNIQUE (id, currency);
ALTER TABLE payments
    DROP CONSTRAINT payments_currency_fkey,
    ADD CONSTRAINT payment_in_its_attempts_currency FOREIGN KEY (attempt_id, currency) REFERENCES checkout_attempts (id, currency);
ALTER TABLE orders
    DROP CONSTRAINT orders_currency_fkey,
    ADD CONSTRAINT order_in_its_attempts_currency FOREIGN KEY (attempt_id, currency) REFERENCES checkout_attempts (id, currency);

-- Gift cards pay in their own currency only.
CREATE FUNCTION guard_hold_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT currency FROM gift_cards WHERE id = NEW.gift_card_id)
        <> (SELECT currency FROM checkout_attempts WHERE id = NEW.attempt_id) THEN
        RAISE EXCEPTION 'the gift card is in another currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_card_pays_in_its_currency';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_hold_currency BEFORE INSERT ON gift_card_holds FOR EACH ROW EXECUTE FUNCTION guard_hold_currency();
