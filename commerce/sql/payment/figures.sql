-- commerce::payment::operations::figures: how many operations are undecided or refused, and for how long the oldest has been, in
-- milliseconds; and the reports that wait for a person. Each branch goes by the index whose condition it repeats.
SELECT kind, state, count(*), coalesce(extract(epoch FROM db_now() - min(first_sent_at)) * 1000, 0)::bigint
FROM payment_operations WHERE state IN ('requested', 'unknown') GROUP BY kind, state
UNION ALL
SELECT 'refund', 'refused', count(*), 0
FROM payment_operations WHERE kind = 'refund' AND state = 'failed' AND failure_code = 'refused'
UNION ALL
SELECT 'report', reason, count(*), 0
FROM unapplied_payment_reports WHERE resolved_at IS NULL GROUP BY reason
