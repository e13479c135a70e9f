-- commerce::checkout::limits::wait_until: when a submission may be made, null for now; and whether anything was declined. Declines
-- of the last hour count for the cart, the customer, the buyer at an address and the address; payments that nobody has decided
-- for the customer and the buyer. Who was declined has as many payments under way as could still be declined without a pause.
WITH who AS (
    SELECT submission_hash($3) AS client, submission_hash($3 || ' ' || lower($4)) AS buyer
), tried AS MATERIALIZED (
    SELECT 'cart' AS counted_for, state, failure_code, updated_at
    FROM checkout_attempts WHERE cart_id = $1
    UNION ALL
    SELECT 'customer', state, failure_code, updated_at
    FROM checkout_attempts WHERE customer_id = $2 AND created_at > $5 - interval '1 day'
    UNION ALL
    SELECT unnest(CASE WHEN attempt.buyer_hash = who.buyer THEN ARRAY['address', 'buyer'] ELSE ARRAY['address'] END),
           state, failure_code, updated_at
    FROM who JOIN checkout_attempts attempt ON attempt.client_hash = who.client
    WHERE attempt.created_at > $5 - interval '1 day'
), counted AS (
    SELECT counted_for,
           count(*) FILTER (WHERE state = 'failed' AND failure_code <> 'canceled'
               AND updated_at > $5 - interval '1 hour') AS declined,
           max(updated_at) FILTER (WHERE state = 'failed' AND failure_code <> 'canceled') AS last_declined,
           count(*) FILTER (WHERE state IN ('action_required', 'processing', 'expiring')) AS undecided,
           count(*) FILTER (WHERE state IN ('awaiting_payment', 'action_required', 'processing', 'expiring')) AS open
    FROM tried GROUP BY counted_for
), waits AS (
    SELECT last_declined + least(interval '15 minutes', interval '2 minutes' * power(2, least(declined - free, 10))) AS until
    FROM (SELECT *, CASE counted_for WHEN 'address' THEN $7::bigint ELSE $6::bigint END AS free FROM counted) each
    WHERE declined >= free
    UNION ALL
    SELECT $5 + interval '1 minute' FROM counted WHERE undecided >= $8 AND counted_for IN ('customer', 'buyer')
    UNION ALL
    SELECT $5 + interval '10 seconds' FROM counted
    WHERE declined > 0 AND open > 0 AND declined + open >= $6 AND counted_for IN ('customer', 'buyer')
)
SELECT (SELECT max(until) FROM waits WHERE until > $5), coalesce((SELECT bool_or(declined > 0) FROM counted), false)
