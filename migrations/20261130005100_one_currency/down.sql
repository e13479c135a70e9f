ALTER TABLE orders DROP CONSTRAINT parts_are_in_the_orders_currency;
DROP FUNCTION amounts_are_in(jsonb, text);
DROP TRIGGER guard_entry_currency ON gift_card_entries;
DROP TRIGGER guard_fact_currency ON payment_facts;
DROP FUNCTION guard_fact_currency();
