-- An order that was canceled here says so, and nothing of it is left to send.
SELECT format('order %s was canceled at %s, it says %s', o.id, c.created_at, o.canceled_at)
FROM order_cancellations c
JOIN orders o ON o.id = c.order_id
WHERE c.is_whole AND o.canceled_at IS NULL
UNION ALL
SELECT format('order %s is canceled and has %s of line %s to send', l.order_id, l.quantity - l.fulfilled - l.removed, l.id)
FROM order_cancellations c
JOIN order_lines l ON l.order_id = c.order_id
WHERE c.is_whole AND l.fulfilled + l.removed < l.quantity
