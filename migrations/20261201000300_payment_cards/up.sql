-- Which card an attempt was paid with, so that declined and undecided payments are counted for the card too, whatever the cart, the
-- address and the e-mail address. Neither the provider's fingerprint nor the name of its session is stored: what is kept is a hash
-- with the key of the other hashes. Rows are only inserted and, after two days, deleted: a column of checkout_attempts with an index
-- would take that table its updates in place, because a card is known only after the attempt was stored.
CREATE TABLE payment_cards (
    attempt_id uuid PRIMARY KEY REFERENCES checkout_attempts,
    card_hash bytea NOT NULL CHECK (length(card_hash) = 32),
    session_hash bytea CHECK (length(session_hash) = 32),
    created_at timestamptz NOT NULL
);
CREATE INDEX payment_cards_by_card ON payment_cards (card_hash, created_at);
CREATE INDEX payment_cards_by_session ON payment_cards (session_hash) WHERE session_hash IS NOT NULL;
CREATE INDEX payment_cards_by_age ON payment_cards USING brin (created_at);

-- An erasure takes the hashes of an attempt, its card's among them.
CREATE FUNCTION erase_payment_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM payment_cards WHERE attempt_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER erase_payment_card AFTER UPDATE OF client_hash ON checkout_attempts FOR EACH ROW
    WHEN (OLD.client_hash IS NOT NULL AND NEW.client_hash IS NULL) EXECUTE FUNCTION erase_payment_card();

-- Each count reads the latest attempts of one customer, one buyer, one address. Only columns that an attempt keeps as it was inserted
-- are indexed, and no state, so that an attempt moves on in place.
CREATE INDEX attempts_of_customer ON checkout_attempts (customer_id, created_at) WHERE customer_id IS NOT NULL;
CREATE INDEX attempts_of_buyer ON checkout_attempts (buyer_hash, created_at) WHERE buyer_hash IS NOT NULL;
DROP INDEX attempts_by_customer;
