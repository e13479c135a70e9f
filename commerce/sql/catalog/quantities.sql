-- commerce::catalog::quantities::of_variants: in which numbers those of these variants are sold that have a rule or prices
-- for larger numbers.
SELECT v.id, v.currency, q.minimum, q.maximum, q.increment, b.minimums, b.prices
FROM variants v
LEFT JOIN quantity_rules q ON q.variant_id = v.id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(minimum ORDER BY minimum), '{}') AS minimums,
           coalesce(array_agg(price_minor ORDER BY minimum), '{}') AS prices
    FROM price_breaks WHERE variant_id = v.id) b
WHERE v.id = ANY($1) AND (q.variant_id IS NOT NULL OR b.minimums <> '{}')
