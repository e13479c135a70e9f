-- commerce::payment::store::owed: what was taken beyond what the attempt became, and was neither given back nor asked for. What the
-- merchant gives back of an order is not that: it stays to be given back. And how much of it the provider has refused for now: that
-- is asked for again under its own operation.
SELECT greatest(0, p.captured_minor - CASE a.state WHEN 'completed' THEN p.amount_minor ELSE 0 END
    - greatest(p.refunded_minor - x.by_merchant, x.others))::bigint, x.refused::bigint
FROM payments p
JOIN checkout_attempts a ON a.id = p.attempt_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_minor) FILTER (WHERE by_merchant AND state = 'succeeded'), 0) AS by_merchant,
           coalesce(sum(amount_minor) FILTER (WHERE NOT by_merchant AND state <> 'failed'), 0) AS others,
           coalesce(sum(amount_minor) FILTER (WHERE NOT by_merchant AND state = 'failed' AND failure_code = 'refused'), 0) AS refused
    FROM payment_operations WHERE payment_id = p.id AND kind = 'refund'
) x
WHERE p.id = $1 AND a.state IN ('completed', 'refund_due')
