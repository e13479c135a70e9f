-- Nothing waits any more for what has happened: no cart is open whose order was placed, no request to a provider whose attempt ended.
SELECT format('cart %s is %s and has order %s', k.id, k.state, o.id)
FROM orders o
JOIN carts k ON k.id = o.cart_id
JOIN checkout_attempts a ON a.id = o.attempt_id
WHERE k.state <> 'completed' AND a.state = 'completed'
UNION ALL
SELECT format('attempt %s is %s, and operation %s to %s still %s', a.id, a.state, x.id, x.kind, x.state)
FROM checkout_attempts a
JOIN payments p ON p.attempt_id = a.id
JOIN payment_operations x ON x.payment_id = p.id
WHERE a.state IN ('completed', 'failed', 'expired', 'refund_due') AND x.kind IN ('charge', 'cancel') AND x.state = 'requested'
    AND x.first_sent_at IS NOT NULL
UNION ALL
SELECT format('attempt %s is %s, though all of its money was taken', a.id, a.state)
FROM checkout_attempts a
JOIN payments p ON p.attempt_id = a.id
JOIN payment_operations x ON x.payment_id = p.id AND x.kind = 'charge' AND x.state = 'succeeded'
WHERE a.state IN ('awaiting_payment', 'action_required', 'processing', 'failed', 'expired')
    AND p.captured_minor - p.refunded_minor >= p.amount_minor AND p.amount_minor > 0
