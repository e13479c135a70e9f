-- commerce::payment::refused::find: a refund that the provider refused, whether another is under way, and whether the merchant asked for
-- money of the same payment since, which may have been the same wish.
SELECT refund.payment_id, refund.amount_minor, refund.by_merchant,
       EXISTS (SELECT FROM payment_operations other
               WHERE other.payment_id = refund.payment_id AND other.kind = 'refund' AND other.state IN ('requested', 'unknown')),
       refund.by_merchant AND EXISTS (SELECT FROM payment_operations other
               WHERE other.payment_id = refund.payment_id AND other.id <> refund.id
                   AND other.by_merchant AND other.state <> 'failed' AND other.updated_at >= refund.updated_at)
FROM payment_operations refund
WHERE refund.id = $1 AND refund.kind = 'refund' AND refund.state = 'failed' AND refund.failure_code = 'refused'
