-- An attempt is completed if and only if it has an order, its own.
SELECT format('attempt %s is %s, names order %s and has order %s', a.id, a.state, a.order_id, o.id)
FROM checkout_attempts a
LEFT JOIN orders o ON o.attempt_id = a.id
WHERE (a.state = 'completed') <> (o.id IS NOT NULL) OR a.order_id IS DISTINCT FROM o.id
