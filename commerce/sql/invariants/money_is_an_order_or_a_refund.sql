-- Money that was taken is an order, or given back, or a refund of it is under way.
SELECT format('payment %s: %s taken, %s given back, attempt %s', p.id, p.captured_minor, p.refunded_minor, a.state)
FROM payments p
JOIN checkout_attempts a ON a.id = p.attempt_id
WHERE p.captured_minor > p.refunded_minor AND a.state <> 'completed'
    AND NOT EXISTS (SELECT FROM payment_operations x
        WHERE x.payment_id = p.id AND x.kind = 'refund' AND x.state IN ('requested', 'unknown'))
