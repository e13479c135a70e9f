-- What a shop has behind it: 10,000 carts that were bought, 3,000 that were not, and 50,000 jobs that are done. And what
-- is under way in it on a busy day: 1,000 purchases and 2,000 jobs, none of which is over while a test lasts.
-- The guards would refuse a history that nobody lived through.
ALTER TABLE inventory_reservations DISABLE TRIGGER USER;
ALTER TABLE inventory_levels DISABLE TRIGGER USER;
ALTER TABLE payment_facts DISABLE TRIGGER USER;
ALTER TABLE payments DISABLE TRIGGER USER;
ALTER TABLE orders DISABLE TRIGGER USER;
ALTER TABLE jobs DISABLE TRIGGER USER;
CREATE TEMP TABLE past AS
    SELECT n, gen_random_uuid() AS id, now() - n * interval '1 minute' AS at, n % 40000 + 1 AS variant_id FROM generate_series(1, 13000) AS n;
CREATE TEMP TABLE present AS SELECT * FROM past WHERE n BETWEEN 10001 AND 11000;
INSERT INTO carts (id, secret_hash, currency, email, state, created_at, updated_at, expires_at)
    SELECT id, sha256(id::text::bytea), 'USD', format('buyer%s@mail.example', n),
        CASE WHEN n <= 10000 THEN 'completed' ELSE 'open' END, at, at, now() + interval '9 days' FROM past;
INSERT INTO cart_lines (id, cart_id, variant_id, quantity, merge_key)
    SELECT gen_random_uuid(), id, variant_id, 1, sha256(id::text::bytea) FROM past;
INSERT INTO cart_addresses (id, cart_id, address, selected) SELECT gen_random_uuid(), id, '{}', true FROM past;
INSERT INTO checkout_attempts
    (id, cart_id, cart_version, token, snapshot, amount_minor, currency, state, failure_code, expires_at, created_at, updated_at)
    SELECT id, id, 1, 'press-1', '{}', 1000, 'USD', 'failed', 'card_declined', at, at, at FROM past WHERE n <= 10000;
INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity, state)
    SELECT id, variant_id, (SELECT min(id) FROM locations), 1, 'committed' FROM past WHERE n <= 10000;
INSERT INTO payments (id, attempt_id, provider, provider_ref, amount_minor, currency, created_at)
    SELECT id, id, 'sandbox', id::text, 1000, 'USD', at FROM past WHERE n <= 10000;
INSERT INTO payment_operations (id, payment_id, kind, amount_minor, state, first_sent_at, created_at, updated_at)
    SELECT id, id, 'charge', 1000, 'succeeded', at, at, at FROM past WHERE n <= 10000;
INSERT INTO payment_facts (payment_id, kind, amount_minor, currency, provider, provider_fact_ref, source, occurred_at, recorded_at)
    SELECT id, 'captured', 1000, 'USD', 'sandbox', id::text, 'response', at, at FROM past WHERE n <= 10000;
WITH placed AS (
    INSERT INTO orders (attempt_id, cart_id, secret_hash, email, currency, subtotal_minor, shipping_minor, tax_minor, total_minor, processed_at)
        SELECT id, id, sha256(id::text::bytea), 'buyer@mail.example', 'USD', 1000, 0, 0, 1000, at FROM past WHERE n <= 10000 RETURNING id)
INSERT INTO order_lines (order_id, variant_id, title, variant_title, unit_price_minor, quantity, requires_shipping)
    SELECT id, id % 40000 + 1, 'Thing', 'Variant', 1000, 1, true FROM placed;
INSERT INTO events (topic, subject_id, payload, occurred_at)
    SELECT 'orders/create', n::text, '{}', at FROM past WHERE n <= 10000;
INSERT INTO webhook_inbox (provider, event_id, kind, body, received_at, processed_at)
    SELECT 'sandbox', id::text, 'charge.updated', '{}', at, at FROM past WHERE n <= 10000;
INSERT INTO jobs (kind, queue, args, state, attempt, max_attempts, ended_key, run_at, created_at, finished_at)
    SELECT 'settle_payment', 'payments', '{}', 'completed', 1, 25, format('settle_payment:%s', n), at, at, at
    FROM (SELECT n, now() - n * interval '5 seconds' AS at FROM generate_series(1, 50000) AS n) AS done;
INSERT INTO checkout_attempts (id, cart_id, cart_version, token, snapshot, amount_minor, currency, state, expires_at, created_at, updated_at)
    SELECT id, id, 1, 'press-1', '{}', 1000, 'USD', 'processing', now() + interval '1 day', at, at FROM present;
INSERT INTO inventory_reservations (attempt_id, variant_id, location_id, quantity)
    SELECT id, variant_id, (SELECT min(id) FROM locations), 1 FROM present;
INSERT INTO payments (id, attempt_id, provider, amount_minor, currency, created_at)
    SELECT id, id, 'sandbox', 1000, 'USD', at FROM present;
INSERT INTO payment_operations (id, payment_id, kind, amount_minor, state, first_sent_at, created_at, updated_at)
    SELECT id, id, 'charge', 1000, 'unknown', at, at, now() + interval '1 day' FROM present;
INSERT INTO webhook_inbox (provider, event_id, kind, body, received_at)
    SELECT 'sandbox', id::text, 'charge.updated', '{}', at FROM present;
INSERT INTO jobs (kind, queue, args, state, attempt, max_attempts, unique_key, run_at, locked_by, heartbeat_at)
    SELECT 'settle_payment', 'payments', '{}'::jsonb, CASE WHEN n % 2 = 0 THEN 'scheduled' ELSE 'running' END, 1, 25,
        format('settle_payment:%s', id), now() + interval '1 day', CASE WHEN n % 2 = 1 THEN 'somebody' END,
        CASE WHEN n % 2 = 1 THEN now() + interval '1 day' END
    FROM present UNION ALL
    SELECT 'send_order_confirmation', 'mail', '{}'::jsonb, 'retryable', 1, 25, format('send_order_confirmation:%s', id),
        now() + interval '1 day', NULL::text, NULL::timestamptz
    FROM present;
ALTER TABLE inventory_reservations ENABLE TRIGGER USER;
ALTER TABLE inventory_levels ENABLE TRIGGER USER;
ALTER TABLE payment_facts ENABLE TRIGGER USER;
ALTER TABLE payments ENABLE TRIGGER USER;
ALTER TABLE orders ENABLE TRIGGER USER;
ALTER TABLE jobs ENABLE TRIGGER USER;
ANALYZE carts, cart_lines, cart_addresses, checkout_attempts, inventory_reservations, payments, payment_operations, payment_facts,
    orders, order_lines, events, webhook_inbox, jobs;
