-- All that a shop says of itself, beside the two colours that its own pages stand in.
ALTER TABLE shops
    ADD COLUMN brand_secondary_background text CHECK (brand_secondary_background ~ '^#[0-9a-f]{6}$'),
    ADD COLUMN brand_secondary_foreground text CHECK (brand_secondary_foreground ~ '^#[0-9a-f]{6}$'),
    ADD COLUMN brand_slogan text,
    ADD COLUMN brand_short_description text,
    ADD COLUMN brand_logo_id bigint REFERENCES media,
    ADD COLUMN brand_square_logo_id bigint REFERENCES media,
    ADD COLUMN brand_cover_id bigint REFERENCES media,
    -- How amounts are written; without one it follows from the currency. The column money_format is read by processes of the
    -- release before only.
    ADD COLUMN own_money_format text;
UPDATE shops SET own_money_format = money_format WHERE money_format <> '${{amount}}';
