-- A shop with 20,000 accounts, each with an address, a token, a session on its fourth refresh, a link and a notice, and with
-- 10,000 orders, some of them by each of the first hundred customers. What ended long ago has been forgotten, so little is due.
INSERT INTO customers (email, password_hash, state, created_at, updated_at)
    SELECT format('buyer%s@mail.example', n), '$argon2id$', 'enabled', now(), now() FROM generate_series(1, 20000) AS n;
INSERT INTO customer_addresses (customer_id, address, created_at, updated_at)
    SELECT id, '{}', now(), now() FROM customers;
INSERT INTO customer_access_tokens (token_hash, customer_id, password_version, created_at, expires_at)
    SELECT sha256(email::bytea), id, 1, now(), now() + id * interval '1 minute' FROM customers;
INSERT INTO customer_sessions (id, customer_id, password_version, created_at, expires_at)
    SELECT gen_random_uuid(), id, 1, now(), now() + id * interval '1 minute' FROM customers;
INSERT INTO customer_refresh_tokens (token_hash, session_id, created_at, expires_at, used_at)
    SELECT sha256((id::text || n)::bytea), id, now(), expires_at, CASE WHEN n < 4 THEN now() END
    FROM customer_sessions, generate_series(1, 4) AS n;
INSERT INTO customer_link_tokens (token_hash, kind, customer_id, password_version, created_at, expires_at)
    SELECT sha256(email::bytea), 'reset', id, 1, now(), now() + id * interval '1 minute' FROM customers;
INSERT INTO customer_notices (customer_id, kind, email, created_at)
    SELECT id, 'welcome', email, now() - id * interval '1 second' FROM customers;
ALTER TABLE orders DISABLE TRIGGER USER;
UPDATE orders SET customer_id = (SELECT min(id) FROM customers) + id % 100;
ALTER TABLE orders ENABLE TRIGGER USER;
ANALYZE;
