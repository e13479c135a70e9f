-- commerce::payment::unapplied::set_aside: a report that could not be applied waits for a person; what is newer about the same
-- charge takes its place.
INSERT INTO unapplied_payment_reports
    (provider, reference, payment_id, reason, detail, report, created_at, tried_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
ON CONFLICT (provider, reference) WHERE resolved_at IS NULL DO UPDATE SET
    payment_id = excluded.payment_id, reason = excluded.reason, detail = excluded.detail, report = excluded.report,
    tries = unapplied_payment_reports.tries + 1, tried_at = excluded.tried_at
