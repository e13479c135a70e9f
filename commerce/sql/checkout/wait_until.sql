-- commerce::checkout::limits: until when a submission or a charge must wait, null for now; and whether so many payments are under way
-- that declines of all of them would go over the limit. Counted are declines of the last hour, and payments that were abandoned on the
-- last day, for the cart, the customer, the buyer at an address and the card; declines for the address; undecided payments for all of
-- them. A decision of the provider is expected within a minute. The latest attempts say it, so that whoever has many costs no more.
WITH who AS (
    SELECT submission_hash($3) AS client, submission_hash($3 || ' ' || lower($4)) AS buyer,
           coalesce(submission_hash('card ' || $6), (SELECT card_hash FROM payment_cards
               WHERE session_hash = submission_hash('session ' || $5) LIMIT 1)) AS card
), tried AS MATERIALIZED (
    SELECT 'cart' AS counted_for, state, failure_code, created_at, updated_at
    FROM checkout_attempts WHERE cart_id = $1 AND created_at > db_now() - interval '1 day'
    UNION ALL
    (SELECT 'customer', state, failure_code, created_at, updated_at
    FROM checkout_attempts WHERE customer_id = $2 AND created_at > db_now() - interval '1 day' ORDER BY created_at DESC LIMIT 200)
    UNION ALL
    (SELECT 'buyer', state, failure_code, created_at, updated_at
    FROM checkout_attempts WHERE buyer_hash = (SELECT buyer FROM who) AND created_at > db_now() - interval '1 day'
    ORDER BY created_at DESC LIMIT 200)
    UNION ALL
    (SELECT 'address', state, failure_code, created_at, updated_at
    FROM checkout_attempts WHERE client_hash = (SELECT client FROM who) AND created_at > db_now() - interval '2 hours'
    ORDER BY created_at DESC LIMIT 1000)
    UNION ALL
    SELECT 'card', attempt.state, attempt.failure_code, attempt.created_at, attempt.updated_at
    FROM (SELECT attempt_id FROM payment_cards WHERE card_hash = (SELECT card FROM who) AND created_at > db_now() - interval '1 day'
          ORDER BY created_at DESC LIMIT 200) paid
    CROSS JOIN LATERAL (SELECT id, state, failure_code, created_at, updated_at
        FROM checkout_attempts WHERE id = paid.attempt_id LIMIT 1) attempt
    WHERE attempt.id IS DISTINCT FROM $7
), each AS (
    SELECT counted_for, state, updated_at,
           state = 'failed' AND failure_code NOT IN ('canceled', 'too_many_attempts') AS is_declined,
           state = 'expired' AND failure_code = 'abandoned' AS is_abandoned,
           state IN ('awaiting_payment', 'action_required', 'processing', 'expiring') AS is_open,
           state IN ('action_required', 'processing', 'expiring')
               OR (state = 'awaiting_payment' AND created_at <= db_now() - interval '1 minute') AS is_undecided
    FROM tried
), counted AS (
    SELECT counted_for,
           count(*) FILTER (WHERE is_declined AND updated_at > db_now() - interval '1 hour') AS declined,
           max(updated_at) FILTER (WHERE is_declined) AS last_declined,
           count(*) FILTER (WHERE is_abandoned) AS abandoned,
           max(updated_at) FILTER (WHERE is_abandoned) AS last_abandoned,
           count(*) FILTER (WHERE is_undecided) AS undecided,
           count(*) FILTER (WHERE is_open) AS open,
           bool_or(state = 'completed') AS has_paid
    FROM each GROUP BY counted_for
), waits AS (
    SELECT last_declined + least(interval '15 minutes', interval '2 minutes' * power(2, least(declined - free, 10))) AS until
    FROM (SELECT *, CASE counted_for WHEN 'address' THEN $9::bigint ELSE $8::bigint END AS free FROM counted) limited
    WHERE declined >= free
    UNION ALL
    SELECT last_abandoned + least(interval '4 hours', interval '15 minutes' * power(2, least(abandoned - $11, 10)))
    FROM counted WHERE abandoned >= $11 AND counted_for <> 'address'
    UNION ALL
    SELECT db_now() + interval '1 minute'
    FROM counted WHERE undecided >= CASE counted_for WHEN 'address' THEN $9::bigint ELSE $10::bigint END
)
SELECT (SELECT max(until) FROM waits WHERE until > db_now()),
       coalesce((SELECT bool_or(CASE counted_for
           WHEN 'address' THEN declined > 0 AND declined + open >= 2 * $9::bigint
           WHEN 'card' THEN declined + open >= $8::bigint AND (declined > 0 OR NOT has_paid)
           ELSE declined + open >= $8::bigint END) FROM counted WHERE open > 0), false)
