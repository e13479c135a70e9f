-- Countries that are sold to alike.
CREATE TABLE markets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handle text NOT NULL UNIQUE CHECK (length(handle) BETWEEN 1 AND 255),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    -- Whether it has every country that no other market names.
    for_the_rest bool NOT NULL DEFAULT false,
    -- Whether prices contain taxes and duties, or these are added to them.
    taxes_included bool NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX one_market_for_the_rest ON markets ((true)) WHERE for_the_rest;

CREATE TABLE market_countries (
    -- A country is in one market.
    country text PRIMARY KEY CHECK (country ~ '^[A-Z]{2}$'),
    market_id bigint NOT NULL REFERENCES markets ON DELETE CASCADE
);
CREATE INDEX market_countries_by_market ON market_countries (market_id);

INSERT INTO markets (handle, name, for_the_rest) VALUES ('default', 'Default', true);

-- Whoever keeps answers is told what changed.
DO $$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY['markets', 'market_countries'] LOOP
        EXECUTE format('CREATE TRIGGER touch_on_insert AFTER INSERT ON %I '
            'REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one(''shop'')', watched);
        EXECUTE format('CREATE TRIGGER touch_on_update AFTER UPDATE ON %I '
            'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_one(''shop'')', watched);
        EXECUTE format('CREATE TRIGGER touch_on_delete AFTER DELETE ON %I '
            'REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one(''shop'')', watched);
        EXECUTE format('CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_everything()', watched);
    END LOOP;
END $$;
