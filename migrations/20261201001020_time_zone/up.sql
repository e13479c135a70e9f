-- Days are the shop's: where people read or write one, it begins and ends by the clocks of the shop's time zone.
-- The check refuses what the database does not know as a time zone; the code takes names of the IANA's database only.
ALTER TABLE shops ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'
    CHECK (length(time_zone) <= 64 AND timezone(time_zone, '2000-01-01 00:00:00+00'::timestamptz) IS NOT NULL);

-- The day that it is in the shop at a moment.
CREATE FUNCTION shop_day(moment timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (moment AT TIME ZONE coalesce((SELECT s.time_zone FROM shops s), 'UTC'))::date
$$;

-- The moment at which the shop's clocks show a time; the first one where they show a midnight twice.
CREATE FUNCTION shop_time(given timestamp) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT least(given AT TIME ZONE zone.name, ((given - interval '1 minute') AT TIME ZONE zone.name) + interval '1 minute')
    FROM (SELECT coalesce((SELECT s.time_zone FROM shops s), 'UTC') AS name) zone
$$;
