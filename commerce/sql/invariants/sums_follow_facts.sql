-- The sums of a payment are those of its facts, and the sums of an order are its payment's.
SELECT format('payment %s: taken %s, facts %s; given back %s, facts %s', p.id, p.captured_minor, f.captured, p.refunded_minor, f.refunded)
FROM payments p
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_minor) FILTER (WHERE kind = 'captured'), 0) AS captured,
           coalesce(sum(amount_minor) FILTER (WHERE kind = 'refunded'), 0) AS refunded
    FROM payment_facts WHERE payment_id = p.id
) f
LEFT JOIN orders o ON o.attempt_id = p.attempt_id
WHERE (p.captured_minor, p.refunded_minor) <> (f.captured, f.refunded)
    OR (o.id IS NOT NULL AND (o.captured_minor, o.refunded_minor) <> (p.captured_minor, p.refunded_minor))
