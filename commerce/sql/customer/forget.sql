-- commerce::customer::commands::forget_ended: what proves nobody's identity any more, and old notices.
WITH tokens AS (
    DELETE FROM customer_access_tokens WHERE token_hash IN (
        SELECT token_hash FROM customer_access_tokens WHERE expires_at <= $1 OR customer_id IS NULL LIMIT $3)
    RETURNING 1
), links AS (
    DELETE FROM customer_link_tokens WHERE token_hash IN (
        SELECT token_hash FROM customer_link_tokens WHERE expires_at <= $1 OR customer_id IS NULL LIMIT $3)
    RETURNING 1
), sessions AS (
    -- A session that was ended early stays until its time, so that a copied token is still known as one.
    DELETE FROM customer_sessions WHERE id IN (
        SELECT id FROM customer_sessions WHERE expires_at <= $1 OR customer_id IS NULL LIMIT $3)
    RETURNING 1
), notices AS (
    DELETE FROM customer_notices WHERE id IN (
        SELECT id FROM customer_notices WHERE created_at <= $2 LIMIT $3)
    RETURNING 1
)
SELECT count(*) FROM (
    SELECT FROM tokens UNION ALL SELECT FROM links UNION ALL SELECT FROM sessions UNION ALL SELECT FROM notices) gone
