-- Gift cards: money that was issued, is held by attempts, and was spent. Whoever has the code has the money.
CREATE TABLE gift_cards (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 of the code, which is random and printed once.
    code_hash bytea NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    last_characters text NOT NULL CHECK (length(last_characters) = 4),
    currency text NOT NULL REFERENCES shops (currency),
    initial_minor bigint NOT NULL CHECK (initial_minor > 0),
    -- Sums over the entries and over what is held, kept by their triggers alone.
    balance_minor bigint NOT NULL DEFAULT 0,
    held_minor bigint NOT NULL DEFAULT 0,
    note text NOT NULL DEFAULT '',
    -- The first day on which it is not taken any more.
    expires_on date,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT balance_within_initial CHECK (balance_minor BETWEEN 0 AND initial_minor),
    CONSTRAINT held_within_balance CHECK (held_minor BETWEEN 0 AND balance_minor)
);

-- What was put on a card and taken off it.
CREATE TABLE gift_card_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    gift_card_id bigint NOT NULL REFERENCES gift_cards,
    kind text NOT NULL CHECK (kind IN ('issue', 'debit')),
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    -- The attempt that became the order which it paid.
    attempt_id uuid REFERENCES checkout_attempts,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'issue') = (amount_minor > 0)),
    CHECK ((kind = 'debit') = (attempt_id IS NOT NULL))
);
CREATE INDEX gift_card_entries_by_card ON gift_card_entries (gift_card_id, id);
CREATE UNIQUE INDEX gift_cards_are_issued_once ON gift_card_entries (gift_card_id) WHERE kind = 'issue';
CREATE UNIQUE INDEX one_debit_per_attempt ON gift_card_entries (attempt_id, gift_card_id) WHERE attempt_id IS NOT NULL;

CREATE TABLE gift_card_holds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    gift_card_id bigint NOT NULL REFERENCES gift_cards,
    attempt_id uuid NOT NULL REFERENCES checkout_attempts,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'debited', 'released'))
);
CREATE UNIQUE INDEX one_hold_per_attempt ON gift_card_holds (attempt_id, gift_card_id) WHERE state <> 'released';
CREATE INDEX gift_card_holds_by_card ON gift_card_holds (gift_card_id);

CREATE TABLE cart_gift_cards (
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    gift_card_id bigint NOT NULL REFERENCES gift_cards,
    position bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (cart_id, gift_card_id)
);
CREATE INDEX cart_gift_cards_by_card ON cart_gift_cards (gift_card_id);

CREATE TRIGGER forbid_change BEFORE UPDATE OR DELETE ON gift_card_entries FOR EACH ROW EXECUTE FUNCTION forbid_change();

CREATE FUNCTION apply_gift_card_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'debit' AND pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'a card is debited by what was held of it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'debits_follow_holds';
    END IF;
    UPDATE gift_cards SET balance_minor = balance_minor + NEW.amount_minor WHERE id = NEW.gift_card_id;
    RETURN NEW;
END $$;
CREATE TRIGGER apply_gift_card_entry AFTER INSERT ON gift_card_entries FOR EACH ROW EXECUTE FUNCTION apply_gift_card_entry();

CREATE FUNCTION apply_gift_card_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'holds of gift cards are never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_card_hold_is_kept';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'held' THEN
            RAISE EXCEPTION 'a hold begins as held' USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_card_hold_goes_forward';
        END IF;
        UPDATE gift_cards SET held_minor = held_minor + NEW.amount_minor WHERE id = NEW.gift_card_id AND disabled_at IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the gift card is disabled' USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_card_is_usable';
        END IF;
    ELSE
        IF (NEW.gift_card_id, NEW.attempt_id, NEW.amount_minor) IS DISTINCT FROM (OLD.gift_card_id, OLD.attempt_id, OLD.amount_minor) THEN
            RAISE EXCEPTION 'only the state of a hold changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_card_hold_is_fixed';
        END IF;
        IF NEW.state <> OLD.state AND OLD.state <> 'held' THEN
            RAISE EXCEPTION 'a hold cannot go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_card_hold_goes_forward';
        END IF;
        IF NEW.state <> OLD.state THEN
            UPDATE gift_cards SET held_minor = held_minor - NEW.amount_minor WHERE id = NEW.gift_card_id;
        END IF;
        IF NEW.state = 'debited' AND OLD.state = 'held' THEN
            INSERT INTO gift_card_entries (gift_card_id, kind, amount_minor, attempt_id)
            VALUES (NEW.gift_card_id, 'debit', -NEW.amount_minor, NEW.attempt_id);
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER apply_gift_card_hold AFTER INSERT OR UPDATE OR DELETE ON gift_card_holds
    FOR EACH ROW EXECUTE FUNCTION apply_gift_card_hold();

CREATE FUNCTION guard_gift_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND (
        (TG_OP = 'INSERT' AND (NEW.balance_minor, NEW.held_minor) <> (0, 0))
        OR (TG_OP = 'UPDATE' AND (NEW.balance_minor, NEW.held_minor, NEW.initial_minor, NEW.currency)
            <> (OLD.balance_minor, OLD.held_minor, OLD.initial_minor, OLD.currency))) THEN
        RAISE EXCEPTION 'the sums of a gift card follow its entries and holds'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_card_follows_entries';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_gift_card BEFORE INSERT OR UPDATE ON gift_cards FOR EACH ROW EXECUTE FUNCTION guard_gift_card();
