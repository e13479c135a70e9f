CREATE FUNCTION exchange_in(place text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('from', s.currency, 'to', coalesce(m.currency, s.currency),
        'rate_micros', coalesce(m.rate_micros, 1000000), 'step_minor', coalesce(m.step_minor, 1))
    FROM shops s
    LEFT JOIN markets m ON place IS NOT NULL AND m.currency IS NOT NULL AND m.id = coalesce(
        (SELECT c.market_id FROM market_countries c WHERE c.country = place),
        (SELECT r.id FROM markets r WHERE r.for_the_rest)));
END $$;

CREATE OR REPLACE FUNCTION settle_cart_currency() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP FUNCTION price_list_in;
DROP TABLE market_prices;
