UPDATE shops SET money_format = '${{amount}}' WHERE money_format IS NULL;
ALTER TABLE shops
    ALTER COLUMN money_format SET DEFAULT '${{amount}}',
    ALTER COLUMN money_format SET NOT NULL,
    DROP COLUMN brand_secondary_background, DROP COLUMN brand_secondary_foreground,
    DROP COLUMN brand_slogan, DROP COLUMN brand_short_description,
    DROP COLUMN brand_logo_id, DROP COLUMN brand_square_logo_id, DROP COLUMN brand_cover_id;
