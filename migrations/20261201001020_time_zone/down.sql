DROP FUNCTION shop_time(timestamp);
DROP FUNCTION shop_day(timestamptz);
ALTER TABLE shops DROP COLUMN time_zone;
