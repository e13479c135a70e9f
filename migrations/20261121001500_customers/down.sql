DROP TRIGGER guard_order_customer ON orders;
DROP FUNCTION guard_order_customer();
ALTER TABLE orders DROP COLUMN customer_id;
ALTER TABLE checkout_attempts DROP COLUMN customer_id;
ALTER TABLE carts DROP COLUMN customer_id;
DROP TABLE customer_notices, customer_link_tokens, customer_refresh_tokens, customer_sessions, customer_access_tokens;
ALTER TABLE customers DROP CONSTRAINT default_address_is_own;
DROP TABLE customer_addresses, customers;
DROP FUNCTION guard_customer();
