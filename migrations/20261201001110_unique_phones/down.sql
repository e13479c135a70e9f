DROP TRIGGER own_phone ON customers;
DROP FUNCTION own_phone();
DROP INDEX customers_phone;
ALTER TABLE customers DROP COLUMN phone_is_shared;
