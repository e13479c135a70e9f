-- What variants cost in a market, whatever they cost elsewhere; what has no row costs what the market's rate makes of the
-- shop's price.
CREATE TABLE market_prices (
    -- A market that has prices is not taken away: they are nowhere else.
    market_id bigint NOT NULL REFERENCES markets (id),
    variant_id bigint NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    -- From so many of the variant in a cart on.
    minimum int NOT NULL DEFAULT 1 CHECK (minimum >= 1),
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    compare_at_minor bigint CHECK (compare_at_minor >= 0),
    -- What it is in. It holds while buyers of the market pay in that.
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    one int NOT NULL GENERATED ALWAYS AS (1) STORED,
    PRIMARY KEY (market_id, variant_id, minimum),
    UNIQUE (market_id, currency, variant_id, minimum),
    CONSTRAINT larger_numbers_follow_one FOREIGN KEY (market_id, currency, variant_id, one)
        REFERENCES market_prices (market_id, currency, variant_id, minimum),
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
        -- By the index, however many prices other markets have: EXISTS would have them scanned where there are none.
        'fixed_in', (SELECT f.market_id FROM market_prices f
            WHERE f.market_id = m.id AND f.currency = coalesce(m.currency, s.currency)
            ORDER BY f.market_id, f.currency, f.variant_id LIMIT 1))
    FROM shops s
    LEFT JOIN markets m ON place IS NOT NULL AND m.id = coalesce(
        (SELECT c.market_id FROM market_countries c WHERE c.country = place),
        (SELECT r.id FROM markets r WHERE r.for_the_rest)));
END $$;
