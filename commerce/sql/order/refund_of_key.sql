-- commerce::order::refunds::of_key: the refund with an idempotency key, and what of it the provider and gift cards pay.
SELECT r.id,
       coalesce(sum(t.amount_minor) FILTER (WHERE t.operation_id IS NOT NULL), 0)::bigint,
       coalesce(sum(t.amount_minor) FILTER (WHERE t.gift_card_entry_id IS NOT NULL), 0)::bigint
FROM refunds r
LEFT JOIN refund_transactions t ON t.refund_id = r.id
WHERE r.idempotency_key = $1
GROUP BY r.id
