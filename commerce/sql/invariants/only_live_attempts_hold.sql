-- Stock is held by attempts that wait for money, and by no other.
SELECT format('attempt %s is %s and holds %s of variant %s', a.id, a.state, r.quantity, r.variant_id)
FROM inventory_reservations r
JOIN checkout_attempts a ON a.id = r.attempt_id
WHERE r.state = 'held' AND a.state NOT IN ('awaiting_payment', 'action_required', 'processing', 'expiring')
