-- What variants cost in a market, whatever they cost elsewhere; what has no row costs what the market's rate makes of the
-- shop's price.
CREATE TABLE market_prices (
    market_id bigint NOT NULL REFERENCES markets (id) ON DELETE CASCADE,
    variant_id bigint NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    -- From so many of the variant in a cart on.
    minimum int NOT NULL DEFAULT 1 CHECK (minimum >= 1),
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    compare_at_minor bigint CHECK (compare_at_minor >= 0),
    -- What it is in. It holds while buyers of the market pay in that.
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    one int NOT NULL GENERATED ALWAYS AS (1) STORED,
    PRIMARY KEY (market_id, variant_id, minimum),
    UNIQUE (market_id, variant_id, minimum, currency),
    CONSTRAINT larger_numbers_follow_one FOREIGN KEY (market_id, variant_id, one, currency)
        REFERENCES market_prices (market_id, variant_id, minimum, currency) ON DELETE CASCADE,
    CONSTRAINT one_is_compared CHECK (minimum = 1 OR compare_at_minor IS NULL)
);
CREATE INDEX market_prices_by_variant ON market_prices (variant_id);

CREATE TRIGGER touch_on_insert AFTER INSERT ON market_prices REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_variants();
CREATE TRIGGER touch_on_update AFTER UPDATE ON market_prices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_variants();
CREATE TRIGGER touch_on_delete AFTER DELETE ON market_prices REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_variants();
CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON market_prices
    FOR EACH STATEMENT EXECUTE FUNCTION touch_everything();

-- What is paid in a country and how its prices follow, in the JSON that `commerce::market::PriceList` reads: the market comes
-- along where it has prices of its own. Nowhere in particular amounts are what they are.
CREATE FUNCTION price_list_in(place text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('from', s.currency, 'to', coalesce(m.currency, s.currency),
        'rate_micros', coalesce(m.rate_micros, 1000000), 'step_minor', coalesce(m.step_minor, 1),
        'fixed_in', CASE WHEN EXISTS (SELECT FROM market_prices f
            WHERE f.market_id = m.id AND f.currency = coalesce(m.currency, s.currency)) THEN m.id END)
    FROM shops s
    LEFT JOIN markets m ON place IS NOT NULL AND m.id = coalesce(
        (SELECT c.market_id FROM market_countries c WHERE c.country = place),
        (SELECT r.id FROM markets r WHERE r.for_the_rest)));
END $$;

CREATE OR REPLACE FUNCTION settle_cart_currency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    settled text := price_list_in(NEW.country) ->> 'to';
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
DROP FUNCTION exchange_in;
