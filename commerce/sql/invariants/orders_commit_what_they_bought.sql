-- Stock is committed by attempts that became orders, and every order commits what is counted of what it bought.
SELECT format('attempt %s is %s and commits variant %s', a.id, a.state, r.variant_id)
FROM inventory_reservations r
JOIN checkout_attempts a ON a.id = r.attempt_id
WHERE r.state = 'committed' AND a.state <> 'completed'
UNION ALL
SELECT format('order %s bought %s of variant %s and commits %s', o.id, sum(l.quantity), l.variant_id,
              (SELECT coalesce(sum(r.quantity), 0) FROM inventory_reservations r
               WHERE r.attempt_id = o.attempt_id AND r.variant_id = l.variant_id AND r.state = 'committed'))
FROM orders o
JOIN order_lines l ON l.order_id = o.id
WHERE EXISTS (SELECT FROM inventory_reservations r WHERE r.attempt_id = o.attempt_id AND r.variant_id = l.variant_id)
    AND o.canceled_at IS NULL
GROUP BY o.id, l.variant_id
HAVING sum(l.quantity) <> (SELECT coalesce(sum(r.quantity), 0) FROM inventory_reservations r
    WHERE r.attempt_id = o.attempt_id AND r.variant_id = l.variant_id AND r.state = 'committed')
