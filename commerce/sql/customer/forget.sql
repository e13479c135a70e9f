-- commerce::customer::commands::forget_ended: what proves nobody's identity any more, and old notices. Lists in arrays, so
-- that a few rows among many are found through an index whatever the planner believes of the times.
WITH tokens AS (
    DELETE FROM customer_access_tokens WHERE token_hash = ANY (
        ARRAY(SELECT token_hash FROM customer_access_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $3)
        || ARRAY(SELECT token_hash FROM customer_access_tokens WHERE customer_id IS NULL LIMIT $3))
    RETURNING 1
), links AS (
    DELETE FROM customer_link_tokens WHERE token_hash = ANY (
        ARRAY(SELECT token_hash FROM customer_link_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $3)
        || ARRAY(SELECT token_hash FROM customer_link_tokens WHERE customer_id IS NULL LIMIT $3))
    RETURNING 1
), sessions AS (
    -- A session that was ended early stays until its time, so that a copied token is still known as one.
    DELETE FROM customer_sessions WHERE id = ANY (
        ARRAY(SELECT id FROM customer_sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $3)
        || ARRAY(SELECT id FROM customer_sessions WHERE customer_id IS NULL LIMIT $3))
    RETURNING 1
), notices AS (
    DELETE FROM customer_notices WHERE id = ANY (
        ARRAY(SELECT id FROM customer_notices WHERE created_at <= $2 ORDER BY created_at LIMIT $3))
    RETURNING 1
)
SELECT count(*) FROM (
    SELECT FROM tokens UNION ALL SELECT FROM links UNION ALL SELECT FROM sessions UNION ALL SELECT FROM notices) gone
