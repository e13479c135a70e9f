DROP INDEX attempts_by_client;
ALTER TABLE checkout_attempts DROP COLUMN client_hash, DROP COLUMN buyer_hash;
DROP FUNCTION submission_hash(text);
