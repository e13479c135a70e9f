-- Stock, discounts and gift cards are held by attempts that wait for money, and by no other.
SELECT format('attempt %s is %s and holds %s of variant %s', a.id, a.state, r.quantity, r.variant_id)
FROM inventory_reservations r
JOIN checkout_attempts a ON a.id = r.attempt_id
WHERE r.state = 'held' AND a.state NOT IN ('awaiting_payment', 'action_required', 'processing', 'expiring')
UNION ALL
SELECT format('attempt %s is %s and holds discount %s', a.id, a.state, u.discount_id)
FROM discount_uses u
JOIN checkout_attempts a ON a.id = u.attempt_id
WHERE u.state = 'held' AND a.state NOT IN ('awaiting_payment', 'action_required', 'processing', 'expiring')
UNION ALL
SELECT format('attempt %s is %s and holds %s of gift card %s', a.id, a.state, h.amount_minor, h.gift_card_id)
FROM gift_card_holds h
JOIN checkout_attempts a ON a.id = h.attempt_id
WHERE h.state = 'held' AND a.state NOT IN ('awaiting_payment', 'action_required', 'processing', 'expiring')
