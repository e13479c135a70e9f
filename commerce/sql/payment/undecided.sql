-- commerce::payment::operations::undecided: what providers were asked for and have not decided, and refunds that they refused, the oldest
-- first. Each branch goes by the index whose condition it repeats.
SELECT o.id, o.kind, o.state, o.amount_minor, p.currency, p.id, a.id, a.state, o.created_at, o.last_error
FROM (SELECT id, kind, state, payment_id, amount_minor, created_at, last_error
      FROM payment_operations WHERE state IN ('requested', 'unknown')
      UNION ALL
      SELECT id, kind, 'refused', payment_id, amount_minor, created_at, last_error
      FROM payment_operations WHERE kind = 'refund' AND state = 'failed' AND failure_code = 'refused') o
JOIN payments p ON p.id = o.payment_id
JOIN checkout_attempts a ON a.id = p.attempt_id
ORDER BY o.created_at, o.id
LIMIT $1
