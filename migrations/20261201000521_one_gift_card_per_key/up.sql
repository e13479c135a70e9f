-- A key issues one card. Built beside writers.
CREATE UNIQUE INDEX CONCURRENTLY one_gift_card_per_key ON gift_cards (idempotency_key) WHERE idempotency_key IS NOT NULL
