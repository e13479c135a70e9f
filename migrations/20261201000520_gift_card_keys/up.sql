-- Issuing a gift card takes an idempotency key: the command that is sent again puts no money on a second card.
ALTER TABLE gift_cards
    ADD COLUMN idempotency_key text CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    -- SHA-256 of all that was asked for, so that a key of another request is refused.
    ADD COLUMN request_hash bytea CHECK (length(request_hash) = 32),
    ADD CONSTRAINT key_has_request CHECK ((idempotency_key IS NULL) = (request_hash IS NULL));
