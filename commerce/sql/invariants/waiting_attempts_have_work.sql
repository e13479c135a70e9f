-- An attempt that waits for money has a request to its provider that somebody will act on.
SELECT format('attempt %s is %s without an open request', a.id, a.state)
FROM checkout_attempts a
JOIN payments p ON p.attempt_id = a.id
WHERE a.state IN ('awaiting_payment', 'action_required', 'processing', 'expiring')
    AND NOT EXISTS (SELECT FROM payment_operations o WHERE o.payment_id = p.id AND o.state IN ('requested', 'unknown'))
