-- What an order took and gift cards paid is its total; more of it is being given back.
SELECT format('order %s: total %s, taken %s, given back %s', o.id, o.total_minor, o.captured_minor, o.refunded_minor)
FROM orders o
JOIN payments p ON p.attempt_id = o.attempt_id
WHERE o.captured_minor + o.gift_card_minor < o.total_minor
    OR (o.captured_minor + o.gift_card_minor - greatest(0, o.refunded_minor
            - (SELECT coalesce(sum(x.amount_minor), 0) FROM payment_operations x
               WHERE x.payment_id = p.id AND x.by_merchant AND x.state = 'succeeded')) > o.total_minor
        AND NOT EXISTS (SELECT FROM payment_operations x
            WHERE x.payment_id = p.id AND x.kind = 'refund' AND x.state IN ('requested', 'unknown')))
