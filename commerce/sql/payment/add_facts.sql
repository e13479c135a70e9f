-- commerce::payment::store::add_facts: what is known already is left out; answers what was new.
INSERT INTO payment_facts
    (payment_id, kind, amount_minor, currency, provider, provider_fact_ref, source, occurred_at, recorded_at)
SELECT $1, fact.kind, fact.amount_minor, fact.currency, $2, fact.reference, $3, fact.occurred_at, $4
FROM unnest($5::text[], $6::bigint[], $7::text[], $8::text[], $9::timestamptz[])
    WITH ORDINALITY AS fact (kind, amount_minor, currency, reference, occurred_at, place)
ORDER BY place
ON CONFLICT (provider, kind, provider_fact_ref) DO NOTHING
RETURNING kind, amount_minor
