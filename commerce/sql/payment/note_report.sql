-- commerce::payment::store::note_report: the provider's name for a payment, which stays, and how new what is known of it is.
UPDATE payments
SET provider_ref = coalesce(provider_ref, nullif($2, '')), reported_at = greatest(reported_at, $3)
WHERE id = $1
