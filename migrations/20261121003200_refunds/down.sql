-- Refused once anything was put back on a gift card.
DROP TRIGGER guard_refunded_to_cards ON orders;
DROP FUNCTION guard_refunded_to_cards;
ALTER TABLE orders DROP COLUMN financial_status;
ALTER TABLE orders ADD COLUMN financial_status text NOT NULL GENERATED ALWAYS AS (CASE
    WHEN refunded_minor > 0 AND refunded_minor >= captured_minor + gift_card_minor THEN 'REFUNDED'
    WHEN refunded_minor > 0 THEN 'PARTIALLY_REFUNDED'
    WHEN captured_minor + gift_card_minor >= total_minor THEN 'PAID'
    WHEN captured_minor + gift_card_minor > 0 THEN 'PARTIALLY_PAID'
    WHEN authorized_minor > 0 AND voided_minor >= authorized_minor THEN 'VOIDED'
    WHEN authorized_minor - voided_minor >= total_minor THEN 'AUTHORIZED'
    ELSE 'PENDING' END) STORED;
ALTER TABLE orders
    DROP CONSTRAINT gift_cards_refunded_within_paid,
    DROP COLUMN gift_card_refunded_minor;
DROP INDEX gift_card_entries_by_attempt, one_debit_per_attempt;
ALTER TABLE gift_card_entries
    DROP CONSTRAINT only_issues_have_no_order,
    DROP CONSTRAINT only_debits_take,
    DROP CONSTRAINT entry_is_of_a_kind,
    ADD CONSTRAINT gift_card_entries_kind_check CHECK (kind IN ('issue', 'debit')),
    ADD CONSTRAINT gift_card_entries_check CHECK ((kind = 'issue') = (amount_minor > 0)),
    ADD CONSTRAINT gift_card_entries_check1 CHECK ((kind = 'debit') = (attempt_id IS NOT NULL));
CREATE UNIQUE INDEX one_debit_per_attempt ON gift_card_entries (attempt_id, gift_card_id) WHERE attempt_id IS NOT NULL;
CREATE OR REPLACE FUNCTION apply_gift_card_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'debit' AND pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'a card is debited by what was held of it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'debits_follow_holds';
    END IF;
    UPDATE gift_cards SET balance_minor = balance_minor + NEW.amount_minor WHERE id = NEW.gift_card_id;
    RETURN NEW;
END $$;
DROP TRIGGER guard_merchants_refund ON payment_operations;
DROP FUNCTION guard_merchants_refund;
ALTER TABLE payment_operations
    DROP CONSTRAINT merchants_only_refund,
    DROP COLUMN by_merchant;
