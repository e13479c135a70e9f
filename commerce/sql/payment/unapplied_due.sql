-- commerce::payment::unapplied::due: reports that were refused, a minute after they came and then after as long again as they
-- have waited, an hour at most. Those of others' payments and those that cannot be read do not change by themselves.
SELECT report FROM unapplied_payment_reports
WHERE resolved_at IS NULL AND provider = $1 AND reason = 'rejected'
    AND tried_at + least(greatest(tried_at - created_at, interval '1 minute'), interval '1 hour') <= db_now()
ORDER BY tried_at
LIMIT 50
