CREATE INDEX attempts_by_customer ON checkout_attempts (customer_id) WHERE customer_id IS NOT NULL;
DROP INDEX attempts_of_buyer;
DROP INDEX attempts_of_customer;
DROP TRIGGER erase_payment_card ON checkout_attempts;
DROP FUNCTION erase_payment_card();
DROP TABLE payment_cards;
