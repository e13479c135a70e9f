ALTER TABLE shops DROP COLUMN brand_background, DROP COLUMN brand_foreground;
