-- Every amount of a purchase is in the currency of its attempt, and a payment counts transactions of one currency.
SELECT format('attempt %s is in %s, its payment in %s, its order in %s', a.id, a.currency, p.currency, o.currency)
FROM checkout_attempts a
LEFT JOIN payments p ON p.attempt_id = a.id
LEFT JOIN orders o ON o.attempt_id = a.id
WHERE p.currency <> a.currency OR o.currency <> a.currency
    OR a.snapshot #>> '{cart,currency}' <> a.currency OR a.snapshot #>> '{cart,total,currency}' <> a.currency
UNION ALL
SELECT format('payment %s counts transactions in %s', payment_id, string_agg(DISTINCT currency, ' and '))
FROM payment_facts WHERE amount_minor > 0
GROUP BY payment_id HAVING count(DISTINCT currency) > 1
UNION ALL
SELECT format('payment %s of an order is in %s and counts transactions in %s', p.id, p.currency, f.currency)
FROM payments p
JOIN orders o ON o.attempt_id = p.attempt_id
JOIN payment_facts f ON f.payment_id = p.id
WHERE f.currency <> p.currency AND f.amount_minor > 0
UNION ALL
SELECT format('order %s is in %s and has parts of its price in another currency', o.id, o.currency)
FROM orders o
WHERE NOT amounts_are_in(o.discounts, o.currency) OR NOT amounts_are_in(o.shipping_allocations, o.currency)
    OR EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND NOT amounts_are_in(l.allocations, o.currency))
UNION ALL
SELECT format('attempt %s is in %s and moves money of gift card %s in %s', a.id, a.currency, g.id, g.currency)
FROM (SELECT gift_card_id, attempt_id FROM gift_card_holds
    UNION SELECT gift_card_id, attempt_id FROM gift_card_entries WHERE attempt_id IS NOT NULL) m
JOIN gift_cards g ON g.id = m.gift_card_id
JOIN checkout_attempts a ON a.id = m.attempt_id
WHERE g.currency <> a.currency
