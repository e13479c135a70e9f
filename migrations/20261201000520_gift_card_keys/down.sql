ALTER TABLE gift_cards DROP COLUMN idempotency_key, DROP COLUMN request_hash;
