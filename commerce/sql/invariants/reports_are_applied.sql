-- Whatever the payment provider reports of our money is applied; what cannot be is seen to by a person.
SELECT format('report %s (charge %s of %s) waits since %s: %s', id, reference, provider, created_at, detail)
FROM unapplied_payment_reports WHERE resolved_at IS NULL
