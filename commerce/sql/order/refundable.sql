-- commerce::order::refunds::refundable: what may be given back of the order with this number, and whether the provider is giving
-- something back just now. Read twice: to find the payment, and again once it is locked.
SELECT p.id, o.attempt_id, p.currency, p.captured_minor - p.refunded_minor, p.amount_minor
           - (SELECT coalesce(sum(x.amount_minor), 0) FROM payment_operations x WHERE x.payment_id = p.id AND x.by_merchant AND x.state <> 'failed')::bigint,
       EXISTS (SELECT FROM payment_operations x WHERE x.payment_id = p.id AND x.kind = 'refund' AND x.state IN ('requested', 'unknown'))
FROM orders o
JOIN payments p ON p.attempt_id = o.attempt_id
WHERE o.number = $1
