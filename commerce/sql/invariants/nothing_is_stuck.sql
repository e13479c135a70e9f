-- No attempt waits long past its deadline, no request to a provider and no webhook stays without an outcome.
SELECT format('attempt %s is %s since %s', id, state, updated_at)
FROM checkout_attempts
WHERE state IN ('awaiting_payment', 'action_required', 'processing', 'expiring') AND expires_at < db_now() - interval '10 minutes'
UNION ALL
SELECT format('operation %s (%s) is %s since %s', o.id, o.kind, o.state, o.created_at)
FROM payment_operations o
WHERE o.state IN ('requested', 'unknown') AND o.created_at < db_now() - interval '1 hour'
UNION ALL
SELECT format('webhook %s of %s waits since %s', event_id, provider, received_at)
FROM webhook_inbox
WHERE processed_at IS NULL AND received_at < db_now() - interval '1 hour'
UNION ALL
SELECT format('job %s (%s) was given up', id, kind)
FROM jobs WHERE state = 'discarded' AND queue = 'payments'
    -- What it was to do may have been done since, in another way.
    AND NOT EXISTS (SELECT FROM payment_operations o
        WHERE o.id = (args ->> 'operation')::uuid
            AND (o.state = 'succeeded' OR (o.state = 'failed' AND o.failure_code IS DISTINCT FROM 'refused')))
    AND NOT EXISTS (SELECT FROM webhook_inbox w
        WHERE w.provider = args ->> 'provider' AND w.event_id = args ->> 'event_id' AND w.processed_at IS NOT NULL)
