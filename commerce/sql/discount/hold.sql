-- commerce::discount::uses::hold: one row per discount, in the order in which everybody locks discounts. Refused as a whole
-- by usage_within_limit, one_use_per_customer and one_use_per_email.
INSERT INTO discount_uses (attempt_id, discount_id, code, amount_minor, once, customer_id, email_hash)
SELECT $1, d.id, used.code, used.minor, d.once_per_customer, (SELECT customer_id FROM checkout_attempts WHERE id = $1), $5
FROM unnest($2::bigint[], $3::text[], $4::bigint[]) AS used (id, code, minor)
JOIN discounts d ON d.id = used.id
ORDER BY d.id
