-- commerce::checkout::limits::wait_until: submissions of one customer, and of one buyer at an address, wait for each other until the
-- commit, so that each counts those before it. Locked after the cart and before what is held, in the order of the keys.
SELECT count(pg_advisory_xact_lock(key)) FROM (
    SELECT hashtextextended(who, 0) AS key
    FROM unnest(ARRAY['customer ' || $1::text, 'buyer ' || $2 || ' ' || lower($3)]) AS who
    WHERE who IS NOT NULL
    ORDER BY key
) locks
