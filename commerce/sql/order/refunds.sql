-- commerce::order::refunds::of_order: the refunds of an order, and what of each has gone back.
SELECT r.id, r.created_at, r.currency, r.total_minor,
       (SELECT coalesce(sum(t.amount_minor), 0) FROM refund_transactions t
        LEFT JOIN payment_operations x ON x.id = t.operation_id
        WHERE t.refund_id = r.id AND (t.operation_id IS NULL OR x.state = 'succeeded'))::bigint,
       r.actor, r.note
FROM refunds r
WHERE r.order_id = $1
ORDER BY r.id
