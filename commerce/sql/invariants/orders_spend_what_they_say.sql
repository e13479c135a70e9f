-- An order redeems exactly its discounts and debits exactly what gift cards pay of it; nobody else does either.
SELECT format('order %s has %s discounts and redeems %s', o.id, jsonb_array_length(o.discounts), count(u.id))
FROM orders o
LEFT JOIN discount_uses u ON u.attempt_id = o.attempt_id AND u.state = 'redeemed'
WHERE o.carried IS NULL
GROUP BY o.id
HAVING jsonb_array_length(o.discounts) <> count(u.id) OR sum_of_amounts(o.discounts) <> coalesce(sum(u.amount_minor), 0)
UNION ALL
SELECT format('order %s: gift cards pay %s, get %s back; entries %s and %s', o.id, o.gift_card_minor, o.gift_card_refunded_minor, e.debited, e.refunded)
FROM orders o
CROSS JOIN LATERAL (
    SELECT coalesce(-sum(amount_minor) FILTER (WHERE kind = 'debit'), 0) AS debited,
           coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS refunded
    FROM gift_card_entries WHERE attempt_id = o.attempt_id
) e
WHERE (o.gift_card_minor, o.gift_card_refunded_minor) <> (e.debited, e.refunded)
UNION ALL
SELECT format('attempt %s is %s and redeems discount %s', a.id, a.state, u.discount_id)
FROM discount_uses u
JOIN checkout_attempts a ON a.id = u.attempt_id
WHERE u.state = 'redeemed' AND a.state <> 'completed'
UNION ALL
SELECT format('attempt %s is %s and debits gift card %s', a.id, a.state, e.gift_card_id)
FROM gift_card_entries e
JOIN checkout_attempts a ON a.id = e.attempt_id
WHERE a.state <> 'completed'
