-- What merchants give back, and what goes back on gift cards, belongs to a refund.
SELECT format('operation %s refunds %s without a refund', x.id, x.amount_minor)
FROM payment_operations x
WHERE x.by_merchant AND NOT EXISTS (SELECT FROM refund_transactions t WHERE t.operation_id = x.id)
UNION ALL
SELECT format('entry %s of gift card %s refunds %s without a refund', e.id, e.gift_card_id, e.amount_minor)
FROM gift_card_entries e
WHERE e.kind = 'refund' AND NOT EXISTS (SELECT FROM refund_transactions t WHERE t.gift_card_entry_id = e.id)
