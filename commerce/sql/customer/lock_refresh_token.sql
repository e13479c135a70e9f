-- commerce::customer::sessions::refresh: locks a refresh token and its session, and reads what decides about them. Rows
-- that changed while the locks were awaited are read again by PostgreSQL before they are answered.
SELECT session.id, session.customer_id, session.revoked_at IS NOT NULL OR session.expires_at <= $2,
       token.used_at IS NOT NULL, token.expires_at <= $2, session.expires_at
FROM customer_refresh_tokens token
JOIN customer_sessions session ON session.id = token.session_id
WHERE token.token_hash = $1
FOR NO KEY UPDATE OF token, session
