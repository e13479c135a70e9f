-- What merchants give back is told apart from what was taken beyond an order's price and is given back by itself: a second
-- capture that comes after a refund is given back whole.
ALTER TABLE payment_operations
    ADD COLUMN by_merchant bool NOT NULL DEFAULT false,
    ADD CONSTRAINT merchants_only_refund CHECK (NOT by_merchant OR kind = 'refund');

CREATE FUNCTION guard_merchants_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid bigint;
BEGIN
    -- Nobody else asks for anything of this payment that the sum below does not see.
    SELECT amount_minor INTO paid FROM payments WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.amount_minor + (SELECT coalesce(sum(amount_minor), 0) FROM payment_operations
        WHERE payment_id = NEW.payment_id AND by_merchant AND state <> 'failed' AND id <> NEW.id) > paid THEN
        RAISE EXCEPTION 'more would be given back than was paid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_within_payment';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_merchants_refund BEFORE INSERT OR UPDATE OF amount_minor, by_merchant ON payment_operations
    FOR EACH ROW WHEN (NEW.by_merchant) EXECUTE FUNCTION guard_merchants_refund();

-- What gift cards paid of an order can be put back on them.
ALTER TABLE gift_card_entries
    DROP CONSTRAINT gift_card_entries_kind_check,
    DROP CONSTRAINT gift_card_entries_check,
    DROP CONSTRAINT gift_card_entries_check1,
    ADD CONSTRAINT entry_is_of_a_kind CHECK (kind IN ('issue', 'debit', 'refund')),
    ADD CONSTRAINT only_debits_take CHECK ((kind = 'debit') = (amount_minor < 0)),
    ADD CONSTRAINT only_issues_have_no_order CHECK ((kind = 'issue') = (attempt_id IS NULL));
DROP INDEX one_debit_per_attempt;
CREATE UNIQUE INDEX one_debit_per_attempt ON gift_card_entries (attempt_id, gift_card_id) WHERE kind = 'debit';
CREATE INDEX gift_card_entries_by_attempt ON gift_card_entries (attempt_id) WHERE kind = 'refund';

ALTER TABLE orders
    -- Copied from the entries of gift cards by their trigger alone.
    ADD COLUMN gift_card_refunded_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT gift_cards_refunded_within_paid CHECK (gift_card_refunded_minor BETWEEN 0 AND gift_card_minor),
    DROP COLUMN financial_status;
ALTER TABLE orders ADD COLUMN financial_status text NOT NULL GENERATED ALWAYS AS (CASE
    WHEN refunded_minor + gift_card_refunded_minor > 0
        AND refunded_minor + gift_card_refunded_minor >= captured_minor + gift_card_minor THEN 'REFUNDED'
    WHEN refunded_minor + gift_card_refunded_minor > 0 THEN 'PARTIALLY_REFUNDED'
    WHEN captured_minor + gift_card_minor >= total_minor THEN 'PAID'
    WHEN captured_minor + gift_card_minor > 0 THEN 'PARTIALLY_PAID'
    WHEN authorized_minor > 0 AND voided_minor >= authorized_minor THEN 'VOIDED'
    WHEN authorized_minor - voided_minor >= total_minor THEN 'AUTHORIZED'
    ELSE 'PENDING' END) STORED;

CREATE OR REPLACE FUNCTION apply_gift_card_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'debit' AND pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'a card is debited by what was held of it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'debits_follow_holds';
    END IF;
    -- The card is locked from here on: nobody else adds an entry that the sum below does not see.
    UPDATE gift_cards SET balance_minor = balance_minor + NEW.amount_minor WHERE id = NEW.gift_card_id;
    IF NEW.kind = 'refund' THEN
        IF (SELECT sum(amount_minor) FROM gift_card_entries
            WHERE attempt_id = NEW.attempt_id AND gift_card_id = NEW.gift_card_id) > 0 THEN
            RAISE EXCEPTION 'more would be put back on the card than it paid'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'refunded_within_debited';
        END IF;
        UPDATE orders SET gift_card_refunded_minor = gift_card_refunded_minor + NEW.amount_minor
        WHERE attempt_id = NEW.attempt_id;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guard_refunded_to_cards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1
        AND NEW.gift_card_refunded_minor <> (CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.gift_card_refunded_minor END) THEN
        RAISE EXCEPTION 'what was put back on gift cards follows their entries'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_follows_entries';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_refunded_to_cards BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW EXECUTE FUNCTION guard_refunded_to_cards();
