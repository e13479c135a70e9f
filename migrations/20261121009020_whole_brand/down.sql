ALTER TABLE shops
    DROP COLUMN own_money_format,
    DROP COLUMN brand_secondary_background, DROP COLUMN brand_secondary_foreground,
    DROP COLUMN brand_slogan, DROP COLUMN brand_short_description,
    DROP COLUMN brand_logo_id, DROP COLUMN brand_square_logo_id, DROP COLUMN brand_cover_id;
